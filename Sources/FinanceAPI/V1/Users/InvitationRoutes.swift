import Finance
import Foundation
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

/// `/v1/invitations`: who may register, by word of an owner of the tenant.
struct InvitationRoutes {
  /// An invitation waits so many days at most.
  fileprivate static let longestLife = 366

  let environment: FinanceEnvironment

  func add(to routes: V1Routes) {
    routes.user(.get, "invitations", use: list)
    routes.user(.post, "invitations", use: create)
    routes.user(.get, "invitations/:id", use: show)
    routes.user(.delete, "invitations/:id", use: delete)
  }

  @Sendable private func list(_ request: Request, _ user: UserContext) async throws -> Response {
    let query = QueryReader(request)
    let page = query.idPage(of: "invitations")
    try query.finish()
    let invitations = try await invitations(user).list(limit: page.fetched, before: page.last)
    return page.response(invitations, id: \.id) {
      InvitationBody(invitation: $1).write(to: &$0)
    }
  }

  @Sendable private func create(_ request: Request, _ user: UserContext) async throws -> Response {
    try user.requireSession()
    let input = try await V1Input(request, upTo: user.tenant.bodyLimit)
    let draft = try Invitations.Draft(input.body, now: environment.time)
    guard user.tenant.tenant.registration != .closed else { throw AccessError.registrationClosed }
    let (invitations, base) = (invitations(user), user.tenant.source.baseURL())
    return try await user.write(input, in: invitations.database) { writer in
      let (invitation, token) = try await invitations.create(draft, writer)
      return .created(
        InvitationBody(invitation: invitation, link: (base, token)),
        at: "invitations/\(invitation.id)")
    }
  }

  @Sendable private func show(_ request: Request, _ user: UserContext) async throws -> Response {
    guard let invitation = try await invitations(user).invitation(try user.id("id")) else {
      throw NotFound()
    }
    return try .one(InvitationBody(invitation: invitation), for: request)
  }

  @Sendable private func delete(_ request: Request, _ user: UserContext) async throws -> Response {
    guard try await invitations(user).delete(try user.id("id")) else { throw NotFound() }
    return Response(status: .noContent)
  }

  private func invitations(_ user: UserContext) -> Invitations {
    Invitations(user.database)
  }
}

extension Invitations.Draft {
  /// `{role?, ledger_id?, ledger_role?, expires_at?}`.
  fileprivate init(_ body: BodyReader, now: Date) throws {
    let role = body.optional("role", FieldType<UserRole>.choice)
    let ledger = body.optional("ledger_id", .id)
    let ledgerRole = body.optional("ledger_role", FieldType<LedgerRole>.choice)
    let expiresAt = body.expiry(within: InvitationRoutes.longestLife, after: now)
    if body.has("ledger_role"), !body.has("ledger_id") {
      body.report("needs a ledger_id", at: "ledger_role")
    }
    try body.finish()
    self.init(
      role: role ?? .member, ledger: ledger.map { ($0, ledgerRole ?? .editor) },
      expiresAt: expiresAt)
  }
}

private struct InvitationBody: V1Body {
  let invitation: Invitation
  /// The tenant's URL and the token itself, once.
  var link: (base: String, token: LinkToken)?

  /// It never changes.
  var version: Int64 { 1 }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id: invitation.id)
      json.member("role", invitation.role.rawValue)
      json.member("ledger_id", id: invitation.ledger)
      json.member("ledger_role", invitation.ledgerRole?.rawValue)
      json.member("created_by", id: invitation.createdBy)
      json.member("created_at", invitation.createdAt)
      json.member("expires_at", invitation.expiresAt)
      if let link {
        json.member("url", "\(link.base)/join?invitation=\(link.token.text)")
        json.member("token", link.token.text)
      }
    }
  }
}
