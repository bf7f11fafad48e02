import AsyncHTTPClient
import HTTPSupport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL

/// A listener that speaks TLS, and answers with what it was asked unless it is told otherwise.
struct SecureListener: Sendable {
  struct Echo: RequestHandler {
    func handle(_ request: Request, _ scope: RequestScope) async -> HandledRequest {
      var size = 0
      do {
        for try await bytes in request.body { size += bytes.readableBytes }
      } catch {
        return HandledRequest(.text("broken"))
      }
      let connection = scope.connection
      let text = [
        request.method.rawValue, request.head.authority ?? "none", request.head.path ?? "none",
        "\(size)", connection.isSecure ? "secure" : "plain",
        connection.isTrusted ? "trusted" : "untrusted",
      ].joined(separator: " ")
      return HandledRequest(.text(text))
    }
  }

  let running: TestListener.Running
  let tls: TLSContext

  var port: Int { running.port }

  /// Runs a listener on a free port for as long as `body` lasts.
  static func run(
    _ files: TLSFiles, handler: some RequestHandler = Echo(),
    configuration: ListenerConfiguration = TestListener.configuration,
    _ body: @Sendable (SecureListener) async throws -> Void
  ) async throws {
    let tls = try TLSContext(
      files, role: .server(protocols: ["h2", "http/1.1"]),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    var configuration = configuration
    configuration.tls = tls
    try await TestListener.run(handler, configuration: configuration) { running in
      try await body(SecureListener(running: running, tls: tls))
    }
  }

  /// Runs `body` with a client that believes what `tls` says.
  func client(
    _ tls: TLSConfiguration, http1: Bool = false,
    _ body: @Sendable (SecureClient) async throws -> Void
  ) async throws {
    var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
    // It tries a handshake that fails again for as long.
    configuration.timeout.connect = .seconds(2)
    configuration.httpVersion = http1 ? .http1Only : .automatic
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    do {
      try await body(SecureClient(client: client, port: port))
    } catch {
      try await client.shutdown()
      throw error
    }
    try await client.shutdown()
  }
}

/// A client of a ``SecureListener``.
struct SecureClient: Sendable {
  let client: HTTPClient
  let port: Int

  func send(
    _ method: HTTPMethod = .GET, host: String = "localhost", headers: HTTPHeaders = [:],
    body: HTTPClientRequest.Body? = nil
  ) async throws -> (version: HTTPVersion, status: UInt, text: String) {
    var request = HTTPClientRequest(url: "https://\(host):\(port)/x?y=1")
    request.method = method
    request.headers = headers
    request.body = body
    let response = try await client.execute(request, timeout: .seconds(30))
    let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
    return (response.version, response.status.code, text)
  }

  /// Whether a request is answered.
  func isServed() async -> Bool {
    (try? await send())?.status == 200
  }
}
