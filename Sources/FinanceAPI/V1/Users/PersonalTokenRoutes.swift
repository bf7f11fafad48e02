import Finance
import Foundation
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

/// `/v1/tokens`: what a user gives to programs.
struct PersonalTokenRoutes {
  /// A token lives so many days at most, if it expires at all.
  private static let longestLife = 3660

  let environment: FinanceEnvironment

  func add(to routes: V1Routes) {
    routes.user(.get, "tokens", use: list)
    routes.user(.post, "tokens", use: create)
    routes.user(.get, "tokens/:id", use: show)
    routes.user(.delete, "tokens/:id", use: delete)
  }

  @Sendable private func list(_ request: Request, _ user: UserContext) async throws -> Response {
    let query = QueryReader(request)
    let page = query.idPage(of: "tokens")
    try query.finish()
    let tokens = try await PersonalTokenStore(user.database).list(
      limit: page.fetched, before: page.last)
    return page.response(tokens, id: \.id) { PersonalTokenBody(token: $1).write(to: &$0) }
  }

  @Sendable private func create(_ request: Request, _ user: UserContext) async throws -> Response {
    try user.requireSession()
    let input = try await V1Input(request, upTo: user.tenant.bodyLimit)
    let name = input.body.required("name", .checked(DisplayName.init))
    let scope = input.body.required("scope", FieldType<PersonalToken.Scope>.choice)
    let expiresAt = input.body.expiry(within: Self.longestLife, after: environment.time)
    try input.body.finish()
    guard let name, let scope else { throw input.body.problem }
    let store = PersonalTokenStore(user.database)
    return try await user.write(input, in: store.database) { writer in
      let (token, text) = try await store.create(
        name, scope: scope, expiresAt: expiresAt, writer)
      return .created(PersonalTokenBody(token: token, text: text), at: "tokens/\(token.id)")
    }
  }

  @Sendable private func show(_ request: Request, _ user: UserContext) async throws -> Response {
    guard
      let token = try await PersonalTokenStore(user.database).token(try user.id("id"))
    else { throw NotFound() }
    return try .one(PersonalTokenBody(token: token), for: request)
  }

  @Sendable private func delete(_ request: Request, _ user: UserContext) async throws -> Response {
    guard try await PersonalTokenStore(user.database).delete(try user.id("id")) else {
      throw NotFound()
    }
    return Response(status: .noContent)
  }
}

private struct PersonalTokenBody: V1Body {
  let token: PersonalToken
  /// The token itself, once.
  var text: String?

  /// Whoever has seen it was told when it was last used.
  var version: Int64 { token.lastUsedAt.map { Int64($0.timeIntervalSince1970) } ?? 0 }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id: token.id)
      json.member("name", token.name)
      json.member("scope", token.scope.rawValue)
      json.member("created_at", token.createdAt)
      json.member("last_used_at", token.lastUsedAt)
      json.member("expires_at", token.expiresAt)
      if let text { json.member("token", text) }
    }
  }
}
