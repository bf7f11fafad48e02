import Finance
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/members`.
struct MemberRoutes {
  func add(to routes: V1Routes) {
    routes.ledger(.get, "members", use: list)
    routes.ledger(.get, "members/:user", use: show)
    routes.ledger(.put, "members/:user", as: .owner, use: set)
    // A viewer may leave.
    routes.ledger(.delete, "members/:user", as: .viewer, use: remove)
  }

  @Sendable private func list(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let query = QueryReader(request)
    let page = query.idPage(of: "members of \(ledger.database.ledgerID)")
    try query.finish()
    let members = try await MemberStore(ledger.database)
      .list(limit: page.fetched, after: page.last)
    return page.response(members, id: \.userID) { Self.write($1, to: &$0) }
  }

  @Sendable private func show(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    try QueryReader(request).finish()
    let member = try await MemberStore(ledger.database).member(try ledger.id("user"))
    let tag = Self.entityTag(of: member)
    guard try !Preconditions(request.headers).knows(tag) else {
      return Response(status: .notModified, headers: [.eTag: tag.description])
    }
    return Self.response(member)
  }

  @Sendable private func set(_ request: Request, _ ledger: LedgerContext) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let body = try BodyReader(json: try await request.jsonBytes(upTo: ledger.tenant.bodyLimit))
    let role = body.required("role", FieldType<LedgerRole>.choice)
    try body.finish()
    guard let role else { throw body.problem }
    let user = try ledger.id("user")
    let (member, isNew) = try await ledger.database.write { writer in
      try await writer.setMember(user, role) { member in
        // What is not there has the tag of nothing that is there.
        try preconditions.check(member.map(Self.entityTag) ?? EntityTag("none"))
      }
    }
    return Self.response(member, status: isNew ? .created : .ok)
  }

  @Sendable private func remove(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let user = try ledger.id("user")
    try await ledger.database.write { writer in
      try await writer.removeMember(user) { try preconditions.check(Self.entityTag(of: $0)) }
    }
    return Response(status: .noContent)
  }

  /// A member has nothing that changes but the role.
  private static func entityTag(of member: Member) -> EntityTag {
    EntityTag(member.role.rawValue)
  }

  private static func response(_ member: Member, status: HTTPResponse.Status = .ok) -> Response {
    .v1(status: status, headers: [.eTag: entityTag(of: member).description]) {
      write(member, to: &$0)
    }
  }

  private static func write(_ member: Member, to json: inout JSONWriter) {
    json.object { json in
      json.member("user_id", id: member.userID)
      json.member("username", member.username)
      json.member("display_name", member.displayName)
      json.member("role", member.role.rawValue)
      json.member("created_at", member.createdAt)
    }
  }
}
