import AdminAPI
import AsyncHTTPClient
import Foundation
import HTTPSupport
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The admin endpoint, as a command sees it.
struct AdminClient: Sendable {
  private static let timeout = TimeAmount.seconds(30)
  private static let maximumBody = 16 << 20

  let server: String
  let token: String
  /// The PEM file of the authority that the server's certificate is from; nil for the system's.
  var authority: String?

  /// Sends a request with `body` as JSON, and returns the answer, if it is a successful one.
  ///
  /// - Parameter path: percent-encoded, from the first slash on.
  /// - Throws: ``CommandFailure`` with what the server says is wrong.
  func send(
    _ method: HTTPMethod, _ path: String, _ body: some Encodable
  ) async throws -> AdminAnswer {
    try await send(method, path, data: try JSON.encoder.encode(body))
  }

  /// Sends a request without a body.
  func send(_ method: HTTPMethod, _ path: String) async throws -> AdminAnswer {
    try await send(method, path, data: nil)
  }

  private func send(
    _ method: HTTPMethod, _ path: String, data: Data?
  ) async throws -> AdminAnswer {
    var request = HTTPClientRequest(url: server + path)
    request.method = method
    request.headers.add(name: "authorization", value: "Bearer \(token)")
    if let data {
      request.headers.add(name: "content-type", value: "application/json")
      request.body = .bytes(data)
    }
    let (status, answer) = try await execute(request)
    guard (200..<300).contains(status) else { throw Self.failure(status, answer) }
    return AdminAnswer(request: "\(method) \(server)\(path)", status: status, body: answer)
  }

  /// All tenants, in the order of their slugs.
  func tenants() async throws -> [TenantBody] {
    try await tenantPages().flatMap { try $0.decoded(as: TenantPageBody.self).tenants }
  }

  /// The pages of all tenants in that state whose slug begins so, in the order of their slugs.
  func tenantPages(state: String? = nil, prefix: String? = nil) async throws -> [AdminAnswer] {
    var pages: [AdminAnswer] = []
    var cursor: String?
    repeat {
      let query = [
        ("limit", "200"), ("state", state), ("prefix", prefix), ("cursor", cursor),
      ].compactMap { name, value in value.map { "\(name)=\($0.pathSegment)" } }
      let page = try await send(.GET, "/admin/tenants?" + query.joined(separator: "&"))
      cursor = try page.decoded(as: TenantPageBody.self).nextCursor
      pages.append(page)
    } while cursor != nil
    return pages
  }

  private func execute(_ request: HTTPClientRequest) async throws -> (Int, Data) {
    // A redirect would carry the token to wherever it points.
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(5)
    configuration.timeout.read = Self.timeout
    if let authority {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .file(authority)
      configuration.tlsConfiguration = tls
    }
    let client = HTTPClient(configuration: configuration)
    let result: Result<(Int, Data), any Error>
    do {
      let response = try await client.execute(request, timeout: Self.timeout)
      let body = try await response.body.collect(upTo: Self.maximumBody)
      result = .success((Int(response.status.code), Data(body.readableBytesView)))
    } catch {
      result = .failure(
        CommandFailure("the admin endpoint \(server) does not answer: \(Self.reason(error))"))
    }
    try await client.shutdown()
    return try result.get()
  }

  /// Why there is no answer. The values in a client's error may be the request's, the token among
  /// them.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as HTTPClientError: error.shortDescription
    case let error as IOError: String(cString: strerror(error.errnoCode))
    case let error as NIOConnectionError:
      error.connectionErrors.first.map { reason($0.error) } ?? "the name \(error.host) is not known"
    default: String(describing: error)
    }
  }

  private struct ProblemBody: Decodable {
    let title: String
    let detail: String?
    let errors: [Problem.FieldError]?
  }

  private static func failure(_ status: Int, _ body: Data) -> CommandFailure {
    guard let problem = try? JSONDecoder().decode(ProblemBody.self, from: body) else {
      return CommandFailure("the server answered with status \(status)")
    }
    let fields = (problem.errors ?? []).map { "\($0.field) \($0.message)" }
    let detail = problem.detail ?? fields.joined(separator: "; ")
    return CommandFailure(detail.isEmpty ? problem.title : "\(problem.title): \(detail)")
  }
}
