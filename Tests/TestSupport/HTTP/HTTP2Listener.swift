import HTTPServer
import HTTPSupport
import NIOCore

/// A listener for clients of HTTP/2.
package struct HTTP2Listener: Sendable {
  package let listener: SecureListener
  package let authority: TestAuthority

  /// Runs a listener for as long as `body` lasts.
  package static func run(
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

  package func connect(
    settings: [(id: Int, value: Int)] = [], greets: Bool = true,
    _ body: (inout FrameConnection) async throws -> Void
  ) async throws {
    try await FrameConnection.open(
      port: listener.port, authority, settings: settings, greets: greets, body)
  }

  /// Repeats `body` on new connections until it returns true. Where silence is short, a busy machine
  /// may be silent before a request gets through.
  package func connectUntil(_ body: (inout FrameConnection) async throws -> Bool) async throws {
    try await eventually("a request gets through") {
      var isDone = false
      do {
        try await connect { isDone = try await body(&$0) }
      } catch is ChannelError {}
      return isDone
    }
  }
}
