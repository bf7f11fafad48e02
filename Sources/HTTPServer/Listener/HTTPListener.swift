import Atomics
import Glibc
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// A listening socket and everything that comes in over it.
///
/// On graceful shutdown it stops accepting, closes idle connections, lets requests finish, and
/// returns.
public struct HTTPListener<Handler: RequestHandler>: Service {
  private let configuration: ListenerConfiguration
  private let processor: RequestProcessor<Handler>
  private let logger: Logger
  private let onListening: @Sendable (SocketAddress) -> Void

  /// - Parameter onListening: Is told the address that was bound, before the first request.
  public init(
    configuration: ListenerConfiguration, handler: Handler, observer: any RequestObserver,
    drain: Drain, logger: Logger, onListening: @escaping @Sendable (SocketAddress) -> Void
  ) {
    self.configuration = configuration
    processor = RequestProcessor(
      handler: handler, observer: observer, drain: drain, logger: logger)
    self.logger = logger
    self.onListening = onListening
  }

  /// - Throws: ``ListenerError`` if the socket cannot be bound.
  public func run() async throws {
    let plain = ConnectionChannel(
      configuration: configuration, processor: processor, logger: logger)
    if let tls = configuration.tls {
      try await run(
        SecureChannel(
          tls: tls, http1: plain,
          http2: HTTP2Channel(processor: processor, configuration: configuration),
          handshakeTimeout: configuration.handshakeTimeout))
    } else {
      try await run(plain)
    }
  }

  private func run(_ channel: some ServerChildChannel) async throws {
    let server = Server(
      childChannelSetup: channel,
      configuration: .init(
        address: .hostname(configuration.host, port: configuration.port), backlog: 1024,
        // One more, for which an idle one makes room.
        availableConnectionsDelegate: MaximumAvailableConnections(
          min(configuration.maximumConnections, .max - 1) + 1, logger: logger)),
      onServerRunning: { [onListening] channel in
        if let address = channel.localAddress { onListening(address) }
      },
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
    do {
      try await server.run()
    } catch let error as IOError {
      throw ListenerError(
        description: """
          the \(configuration.name) listener cannot use \(configuration.host):\
          \(configuration.port): \(String(cString: strerror(error.errnoCode)))
          """)
    }
  }
}

/// A listener that could not be opened.
public struct ListenerError: Error, Sendable, CustomStringConvertible {
  /// A line for the person who started the process.
  public let description: String
}

/// Whether the process is on its way out. One for all listeners.
public final class Drain: Sendable {
  private let flag = ManagedAtomic(false)

  public init() {}

  /// From now on every response asks its client to close the connection.
  public func begin() {
    flag.store(true, ordering: .releasing)
  }

  public var hasBegun: Bool { flag.load(ordering: .relaxed) }
}
