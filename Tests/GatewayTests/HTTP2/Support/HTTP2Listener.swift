import HTTPSupport
import TestSupport

/// A listener for clients of HTTP/2.
struct HTTP2Listener: Sendable {
  let listener: SecureListener
  let authority: TestAuthority

  /// Runs a listener for as long as `body` lasts.
  static func run(
    _ handler: some RequestHandler = SecureListener.Echo(),
    configuration: ListenerConfiguration = TestListener.configuration,
    _ body: @Sendable (HTTP2Listener) async throws -> Void
  ) async throws {
    try await TestAuthority.run { authority in
      let files = try authority.issue("server", names: ["localhost"])
      try await SecureListener.run(files, handler: handler, configuration: configuration) {
        try await body(HTTP2Listener(listener: $0, authority: authority))
      }
    }
  }

  func connect(
    settings: [(id: Int, value: Int)] = [], greets: Bool = true,
    _ body: (inout FrameConnection) async throws -> Void
  ) async throws {
    try await FrameConnection.open(
      port: listener.port, authority, settings: settings, greets: greets, body)
  }
}
