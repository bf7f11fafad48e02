import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Finance
@testable import FinanceAPI

/// What a client sees of a response.
struct Answer: Hashable, Sendable, CustomStringConvertible {
  let status: Int
  let contentType: String
  let body: String

  /// A text in the manner of the old app.
  static func text(_ status: Int, _ body: String) -> Answer {
    Answer(status: status, contentType: "text/html; charset=utf-8", body: body)
  }

  static func json(_ body: String) -> Answer {
    Answer(status: 200, contentType: "application/json", body: body + "\n")
  }

  var isProblem: Bool { contentType == "application/problem+json" }

  var description: String { "\(status) \(contentType) \(body)" }
}

extension FinanceServer {
  static let credentials = #"{"username":"sam","password":"secret"}"#

  func get(_ path: String, token: String? = nil, tenant: String = "acme") async throws -> Answer {
    try await answer(
      to: .get, "/\(tenant)\(path)", headers: token.map { [.accessToken: $0] } ?? [:])
  }

  func post(
    _ path: String, _ json: String, token: String? = nil, tenant: String = "acme",
    peer: String? = nil
  ) async throws -> Answer {
    var headers: HTTPFields = [.contentType: "application/json"]
    headers[.accessToken] = token
    headers[.testPeer] = peer
    return try await answer(
      to: .post, "/\(tenant)\(path)", headers: headers, body: ByteBuffer(string: json))
  }

  func response(_ path: String, _ json: String) async throws -> TestResponse {
    try await client.executeRequest(
      uri: "/acme\(path)", method: .post, headers: [.contentType: "application/json"],
      body: ByteBuffer(string: json))
  }

  func answer(
    to method: HTTPRequest.Method, _ uri: String, headers: HTTPFields = [:],
    body: ByteBuffer? = nil
  ) async throws -> Answer {
    let response = try await client.executeRequest(
      uri: uri, method: method, headers: headers, body: body)
    return Answer(
      status: response.status.code, contentType: response.headers[.contentType] ?? "",
      body: String(buffer: response.body))
  }

  /// Registers `sam` and logs in.
  func register(
    _ credentials: String = credentials, tenant: String = "acme"
  ) async throws -> String {
    let registered = try await post("/register", credentials, tenant: tenant)
    try #require(registered.status == 200, "\(registered)")
    return try await logIn(credentials, tenant: tenant)
  }

  func logIn(_ credentials: String = credentials, tenant: String = "acme") async throws -> String {
    let answer = try await post("/login", credentials, tenant: tenant)
    let parts = answer.body.split(separator: "\"", omittingEmptySubsequences: false)
    try #require(answer.status == 200 && parts.count == 5 && parts[1] == "token", "\(answer)")
    return String(parts[3])
  }

  /// Records an entry that must be taken.
  func record(
    _ type: String, _ amount: String, token: String, tenant: String = "acme"
  ) async throws {
    let answer = try await post(
      "/transaction", #"{"type":"\#(type)","amount":\#(amount)}"#, token: token, tenant: tenant)
    #expect(answer == .json(#"{"message":"success"}"#))
  }

  /// The body of `GET /analytics`, which must succeed.
  func analytics(
    _ period: Period = .currentMonth, token: String, tenant: String = "acme"
  ) async throws -> String {
    let answer = try await get(
      "/analytics?period=\(period.rawValue)", token: token, tenant: tenant)
    try #require(answer.status == 200 && answer.contentType == "application/json", "\(answer)")
    return answer.body
  }
}

extension HTTPField.Name {
  static let accessToken = HTTPField.Name("x-access-token")!  // A valid field name.
  /// The address that ``TestGateway`` takes a request to come from.
  static let testPeer = HTTPField.Name("x-test-peer")!  // A valid field name.
}

/// The body of `GET /analytics`.
func totals(net: String, expense: String, income: String) -> String {
  #"{"net_balance":\#(net),"total_expense":\#(expense),"total_income":\#(income)}"# + "\n"
}
