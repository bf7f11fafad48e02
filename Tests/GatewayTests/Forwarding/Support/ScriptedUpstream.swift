import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import TestSupport

/// A server on a free port of the loopback address that does to each connection what a test says,
/// however little that has to do with HTTP.
final class ScriptedUpstream: Sendable {
  typealias Script = @Sendable (inout RawConnection) async throws -> Void

  let port: Int
  private let accepted = Mutex(0)

  private init(port: Int) {
    self.port = port
  }

  /// How many connections have come.
  var connections: Int { accepted.withLock { $0 } }

  /// Serves for as long as `body` lasts; connections that are still open then are closed.
  ///
  /// - Parameter tls: What TLS is spoken with, below the script.
  static func run(
    _ script: @escaping Script, tls: NIOSSLContext? = nil,
    _ body: @Sendable (ScriptedUpstream) async throws -> Void
  ) async throws {
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_rcvbuf), value: 256 << 10)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .bind(host: "127.0.0.1", port: 0) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
          }
          return try RawConnection.stream(on: channel)
        }
      }
    let upstream = ScriptedUpstream(port: server.channel.localAddress?.port ?? 0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await upstream.serve(server, script) }
      try await body(upstream)
      group.cancelAll()
    }
  }

  private func serve(
    _ server: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>,
    _ script: @escaping Script
  ) async throws {
    try await server.executeThenClose { inbound in
      try await withThrowingDiscardingTaskGroup { group in
        for try await channel in inbound {
          accepted.withLock { $0 += 1 }
          // A script may well end with a connection that the gateway has reset.
          group.addTask { try? await RawConnection.use(channel, script) }
        }
      }
    }
  }
}
