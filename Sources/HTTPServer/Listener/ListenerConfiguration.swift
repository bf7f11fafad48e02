import Logging
import NIOCore

/// How a listener treats its connections.
public struct ListenerConfiguration: Sendable {
  /// The listener's name in logs, metrics and errors: `public`, `admin` or `ops`.
  public var name: String
  /// An IP address, or a name that resolves to one.
  public var host: String
  /// 0 takes a free port.
  public var port: Int
  /// How long a connection may go without a part of a request that has been read whole: it bounds
  /// idle connections, slow headers and stalled bodies alike.
  ///
  /// Longer than common proxies keep connections that they do not use (nginx and AWS load balancers
  /// a minute, others up to two): whoever sends a request while the other side closes cannot know
  /// whether it was seen.
  public var idleTimeout: Duration = .seconds(150)
  /// How long a request may take from its head to the head of its response. Then its task is
  /// cancelled, and the client gets a 503.
  public var requestTimeout: Duration = .seconds(60)
  /// How long a TLS handshake may take.
  public var handshakeTimeout: Duration = .seconds(10)
  /// Connections open at once. For further ones idle ones make room; where none is idle, they wait
  /// in the backlog.
  public var maximumConnections = 10_000
  /// How long a connection is idle before it makes room: what has just come may be about to send its
  /// first request, or to shake hands.
  public var idleGrace: Duration = .seconds(1)
  /// How long a connection that waits for the rest of a request may be silent before it makes room.
  /// Longer than ``idleGrace``, so that an honest upload survives two or three lost packets, each
  /// sent again after twice the time; but no longer, since whoever sends heads without bodies keeps
  /// a place for so long.
  public var bodyGrace: Duration = .seconds(5)
  /// Connections of one peer open at once; further ones are closed.
  public var maximumConnectionsPerPeer = 1_000
  /// Whether a peer is a proxy, which has no such limit and whose forwarding headers count.
  public var isTrusted: @Sendable (SocketAddress) -> Bool = { _ in false }

  /// Makes the listener speak TLS, with HTTP/2 for clients that want it. If it demands certificates
  /// of clients, each peer is trusted, and no other can connect.
  public var tls: TLSContext?

  public init(name: String, host: String, port: Int) {
    self.name = name
    self.host = host
    self.port = port
  }
}
