import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// A client of a listener on this machine that speaks TLS.
package struct SecureClient: Sendable {
  package let client: HTTPClient
  package let port: Int

  /// Runs `body` with a client that believes what `tls` says.
  package static func run(
    port: Int, _ tls: TLSConfiguration, http1: Bool = false, patience: TimeAmount = .seconds(30),
    _ body: @Sendable (SecureClient) async throws -> Void
  ) async throws {
    var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
    // It tries a handshake that fails again for as long.
    configuration.timeout.connect = patience
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

  package func send(
    _ method: HTTPMethod = .GET, _ path: String = "/x?y=1", headers: HTTPHeaders = [:],
    body: HTTPClientRequest.Body? = nil
  ) async throws -> (version: HTTPVersion, status: UInt, text: String) {
    var request = HTTPClientRequest(url: "https://localhost:\(port)\(path)")
    request.method = method
    request.headers = headers
    request.body = body
    let response = try await client.execute(request, timeout: .seconds(30))
    let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
    return (response.version, response.status.code, text)
  }

  /// Whether a request is answered, whatever the answer is.
  package func isServed() async -> Bool {
    (try? await send()) != nil
  }
}
