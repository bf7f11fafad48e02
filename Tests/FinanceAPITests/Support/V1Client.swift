import Foundation
import HTTPSupport
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import FinanceAPI

/// A user of `/v1` in their default ledger.
struct V1Client: Sendable {
  let server: FinanceServer
  let tenant: String
  let token: String
  /// The id of the user's default ledger.
  let ledger: String

  /// Registers a user.
  init(
    _ server: FinanceServer, user: String = "sam", tenant: String = "acme"
  ) async throws {
    self.server = server
    self.tenant = tenant
    token = try await server.register(
      #"{"username":"\#(user)","password":"secret"}"#, tenant: tenant)
    let rows = try await server.database(tenant).query(
      "select default_ledger_id from app_user where username = \(user)")
    ledger = String(try rows[0].decode(0, as: Int64.self))
  }

  private init(_ client: V1Client, ledger: String) {
    server = client.server
    tenant = client.tenant
    token = client.token
    self.ledger = ledger
  }

  /// The user in another ledger, which is made.
  func inNewLedger(_ name: String, currency: String, timeZone: String) async throws -> V1Client {
    let answer = try await send(
      .post, "ledgers",
      #"{"name":"\#(name)","currency":"\#(currency)","time_zone":"\#(timeZone)"}"#)
    try #require(answer.status == 201, "\(answer)")
    return V1Client(self, ledger: try #require(answer["id"]))
  }

  struct Answer: Sendable, CustomStringConvertible {
    let status: Int
    let headers: HTTPFields
    let text: String
    /// The body; null if it has none, or one that is not JSON.
    let json: JSONValue

    /// The member of the body, or of an object or array in it: `splits.0.amount`. Strings, numbers and
    /// true and false are texts; null and what is not there is nil.
    subscript(path: String) -> String? {
      var value = json
      for step in path.split(separator: ".") {
        if case .array(let elements) = value {
          guard let index = Int(step), elements.indices.contains(index) else { return nil }
          value = elements[index]
        } else {
          value = value[key: String(step)] ?? .null
        }
      }
      return switch value {
      case .string(let text): text
      case .number(let number): number.scaled(byPowerOfTen: 0).map { String($0) }
      case .bool(let flag): String(flag)
      default: nil
      }
    }

    /// How many elements the array at the path has.
    func count(_ path: String = "data") -> Int {
      var value = json
      for step in path.split(separator: ".") { value = value[key: String(step)] ?? .null }
      guard case .array(let elements) = value else { return 0 }
      return elements.count
    }

    /// The values of a member of each element of `data`.
    func each(_ member: String) -> [String?] {
      (0..<count()).map { self["data.\($0).\(member)"] }
    }

    /// The kind of problem that the body is.
    var problem: String? { self["type"]?.replacing("/problems/", with: "") }

    /// What is wrong, by pointer or parameter.
    var errors: [String: String] {
      var errors: [String: String] = [:]
      for index in 0..<count("errors") {
        let place = self["errors.\(index).pointer"] ?? self["errors.\(index).parameter"]
        errors[place ?? "?"] = self["errors.\(index).detail"]
      }
      return errors
    }

    var description: String { "\(status) \(text)" }
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, _ json: String? = nil,
    headers: HTTPFields = [:], token: String? = nil
  ) async throws -> Answer {
    var headers = headers
    headers[.authorization] = "Bearer \(token ?? self.token)"
    if json != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
    return try await answer(
      server.client.executeRequest(
        uri: "/\(tenant)/v1/\(path)", method: method, headers: headers,
        body: json.map { ByteBuffer(string: $0) }))
  }

  func answer(_ response: TestResponse) -> Answer {
    let bytes = Array(response.body.readableBytesView)
    return Answer(
      status: response.status.code, headers: response.headers,
      text: String(decoding: bytes, as: UTF8.self),
      json: (try? JSONParser.parse(bytes)) ?? .null)
  }

  /// A request below the user's ledger.
  func inLedger(
    _ method: HTTPRequest.Method, _ path: String, _ json: String? = nil,
    headers: HTTPFields = [:], token: String? = nil
  ) async throws -> Answer {
    try await send(method, "ledgers/\(ledger)/\(path)", json, headers: headers, token: token)
  }

  /// What must be made.
  ///
  /// - Returns: its id.
  func make(
    _ path: String, _ json: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let answer = try await inLedger(.post, path, json)
    try #require(answer.status == 201, "\(answer)", sourceLocation: sourceLocation)
    return try #require(answer["id"], sourceLocation: sourceLocation)
  }

  func makeAccount(
    _ name: String, type: String = "checking", currency: String = "EUR", opening: String = "0",
    on date: String = "2026-01-01"
  ) async throws -> String {
    try await make(
      "accounts",
      """
      {"name":"\(name)","type":"\(type)","currency":"\(currency)","opening_balance":"\(opening)",
       "opened_on":"\(date)"}
      """)
  }

  /// The account's balance at the end of a day; nil is today.
  func balance(of account: String, at date: String? = nil) async throws -> String? {
    let query = date.map { "?at=\($0)" } ?? ""
    return try await inLedger(.get, "accounts/\(account)\(query)")["balance"]
  }
}

extension JSONValue {
  fileprivate subscript(key name: String) -> JSONValue? { self[name] }
}
