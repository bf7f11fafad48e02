import HTTPSupport
import HTTPTypes
import PostgresClient
import Testing

@testable import Finance
@testable import FinanceAPI

/// Somebody who is signed in by `/v1`.
struct Person: Sendable {
  static let password = "correct horse"

  let client: V1Client
  let id: String
  let accessToken: String
  let refreshToken: String

  /// Registers somebody.
  init(
    _ server: FinanceServer, _ name: String = "sam", invitation: String? = nil,
    tenant: String = "acme"
  ) async throws {
    let answer = try await V1Client(server, tenant: tenant, token: nil).send(
      .post, "register", Self.body(name, invitation: invitation))
    try #require(answer.status == 201, "\(answer)")
    try self.init(server, of: answer, tenant: tenant)
  }

  /// Signs somebody in who is registered.
  init(
    signIn name: String, _ server: FinanceServer, password: String = password, code: String? = nil,
    tenant: String = "acme"
  ) async throws {
    let answer = try await V1Client(server, tenant: tenant, token: nil).send(
      .post, "sessions", Self.body(name, password: password, code: code))
    try #require(answer.status == 201, "\(answer)")
    try self.init(server, of: answer, tenant: tenant)
  }

  /// - Parameter answer: of a request that signs somebody in.
  init(_ server: FinanceServer, of answer: V1Client.Answer, tenant: String = "acme") throws {
    id = try #require(answer["user.id"])
    accessToken = try #require(answer["access_token"])
    refreshToken = try #require(answer["refresh_token"])
    client = V1Client(server, tenant: tenant, token: accessToken)
  }

  static func body(
    _ name: String, password: String = password, code: String? = nil, invitation: String? = nil
  ) -> String {
    let members = [
      ("username", name), ("password", password), ("code", code),
      ("invitation", invitation),
    ]
    let texts = members.compactMap { name, value in value.map { "\"\(name)\":\"\($0)\"" } }
    return "{" + texts.joined(separator: ",") + "}"
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, _ json: String? = nil, headers: HTTPFields = [:]
  ) async throws -> V1Client.Answer {
    try await client.send(method, path, json, headers: headers)
  }

  /// The next refresh token's answer.
  func refresh(_ token: String? = nil, key: String? = nil) async throws -> V1Client.Answer {
    try await client.anonymous.send(
      .post, "sessions/refresh", #"{"refresh_token":"\#(token ?? refreshToken)"}"#,
      headers: key.map { [.idempotencyKey: $0] } ?? [:])
  }

  /// The status of a request that any user may make.
  var status: Int {
    get async throws { try await send(.get, "me").status }
  }

  /// Makes the user an owner of the tenant.
  func becomeOwner() async throws {
    _ = try await client.server.database(client.tenant).query(
      "update app_user set role = 'owner' where id = \(try #require(Int64(id)))")
  }

  /// Turns the second factor on.
  ///
  /// - Returns: the app, and the recovery codes.
  func turnTOTPOn() async throws -> (app: TOTP, recoveryCodes: [String]) {
    let begun = try await send(.post, "me/totp")
    try #require(begun.status == 200, "\(begun)")
    let rows = try await client.server.database(client.tenant).query(
      "select totp_secret from app_user where id = \(try #require(Int64(id)))")
    let app = TOTP(secret: try rows[0].decode(0))
    #expect(begun["secret"] == app.secretText)
    let confirmed = try await send(
      .post, "me/totp/confirm", #"{"code":"\#(app.text(at: client.server))"}"#)
    try #require(confirmed.status == 200, "\(confirmed)")
    let codes = (0..<confirmed.count("recovery_codes")).compactMap {
      confirmed["recovery_codes.\($0)"]
    }
    return (app, codes)
  }
}

extension TOTP {
  /// What an app shows by the server's clock.
  func text(at server: FinanceServer) -> String {
    let digits = String(code(at: Self.step(at: server.clock.now)))
    return String(repeating: "0", count: 6 - digits.count) + digits
  }
}

extension V1Client {
  /// - Parameter token: nil sends none.
  init(_ server: FinanceServer, tenant: String = "acme", token: String?) {
    self.server = server
    self.tenant = tenant
    self.token = token ?? ""
    ledger = ""
  }

  /// The same without a token.
  var anonymous: V1Client { V1Client(server, tenant: tenant, token: nil) }
}
