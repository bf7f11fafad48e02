import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOSSL

/// A listener that speaks TLS, and answers with what it was asked unless it is told otherwise.
package struct SecureListener: Sendable {
  package struct Echo: RequestHandler {
    package init() {}

    package func handle(_ request: Request, _ exchange: HTTPExchange) async -> HandledRequest {
      var size = 0
      do {
        for try await bytes in request.body { size += bytes.readableBytes }
      } catch {
        return HandledRequest(.text("broken"))
      }
      let connection = exchange.connection
      let text = [
        request.method.rawValue, request.head.authority ?? "none", request.head.path ?? "none",
        "\(size)", connection.isSecure ? "secure" : "plain",
        connection.isTrusted ? "trusted" : "untrusted",
      ].joined(separator: " ")
      return HandledRequest(.text(text))
    }
  }

  package let running: TestListener.Running
  package let tls: TLSContext

  package var port: Int { running.port }

  /// Runs a listener on a free port for as long as `body` lasts.
  package static func run(
    _ files: TLSFiles, handler: some RequestHandler = Echo(),
    configuration: ListenerConfiguration = TestListener.configuration,
    _ body: @Sendable (SecureListener) async throws -> Void
  ) async throws {
    let tls = try TLSContext(
      files, role: .server(protocols: ["h2", "http/1.1"]), name: "public",
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    var configuration = configuration
    configuration.tls = tls
    try await TestListener.run(handler, configuration: configuration) { running in
      try await body(SecureListener(running: running, tls: tls))
    }
  }

  /// Runs `body` with a client that believes what `tls` says.
  package func client(
    _ tls: TLSConfiguration, http1: Bool = false, patience: TimeAmount = .seconds(30),
    _ body: @Sendable (SecureClient) async throws -> Void
  ) async throws {
    try await SecureClient.run(port: port, tls, http1: http1, patience: patience, body)
  }
}
