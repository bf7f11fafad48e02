import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Gateway

/// A server that a test talks to.
struct RunningServer: Sendable {
  struct Answer: Sendable {
    let status: UInt
    let headers: HTTPHeaders
    let body: String

    /// The last part of a problem's type.
    var problem: String? {
      guard headers.first(name: "content-type") == "application/problem+json" else { return nil }
      return (string("type")?.split(separator: "/").last).map(String.init)
    }

    /// A field of a JSON object.
    func string(_ field: String) -> String? {
      let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
      return object?[field] as? String
    }
  }

  let ports: ServerPorts
  let adminToken: String
  let shutDown: @Sendable () async -> Void

  /// A request to the public listener.
  func call(
    _ host: String, _ path: String, _ method: HTTPMethod = .GET, token: String? = nil,
    json: String? = nil, headers: HTTPHeaders = [:]
  ) async throws -> Answer {
    var headers = headers
    if let token { headers.add(name: "x-access-token", value: token) }
    return try await send(method, try #require(ports.public), host, path, json, headers)
  }

  /// A request to the admin listener, with the token.
  func admin(
    _ method: HTTPMethod, _ path: String, json: String? = nil, host: String = "localhost",
    token: String? = nil
  ) async throws -> Answer {
    let headers: HTTPHeaders = ["authorization": "Bearer \(token ?? adminToken)"]
    return try await send(method, try #require(ports.admin), host, path, json, headers)
  }

  func ops(_ path: String) async throws -> Answer {
    try await send(.GET, try #require(ports.ops), "localhost", path, nil, [:])
  }

  /// Registers a tenant, or finds it registered; returns when every gateway serves it.
  func addTenant(
    _ slug: String, isolation: String = "shared", registration: String = "open"
  ) async throws {
    let fields = #""slug":"\#(slug)","display_name":"\#(slug)","isolation":"\#(isolation)""#
    let json = #"{\#(fields),"registration":"\#(registration)"}"#
    var answer = try await admin(.POST, "/admin/tenants", json: json)
    while answer.status == 202 {
      answer = try await admin(.POST, "/admin/tenants", json: json)
    }
    #expect([200, 201].contains(answer.status), "\(answer.body)")
  }

  /// Registers a user at a tenant and logs in.
  func logIn(_ host: String, user: String = "sam") async throws -> String {
    let json = #"{"username":"\#(user)","password":"correct horse"}"#
    let registered = try await call(host, "/register", .POST, json: json)
    #expect(registered.status == 200, "\(registered.body)")
    return try #require(try await call(host, "/login", .POST, json: json).string("token"))
  }

  private func send(
    _ method: HTTPMethod, _ port: Int, _ host: String, _ path: String, _ json: String?,
    _ headers: HTTPHeaders
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
    request.method = method
    request.headers = headers
    request.headers.replaceOrAdd(name: "host", value: host)
    if let json {
      request.headers.add(name: "content-type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: json))
    }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    let body = try await response.body.collect(upTo: 1 << 20)
    return Answer(
      status: response.status.code, headers: response.headers, body: String(buffer: body))
  }
}
