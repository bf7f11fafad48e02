import NIOCore

/// A connection that requests come over.
public struct Connection: Sendable {
  public let channel: any Channel
  /// The peer's address as text; `unix` for a Unix socket.
  public let peer: String
  /// Whether it is TLS.
  public let isSecure: Bool
  /// Whether the peer is a proxy whose forwarding headers count.
  public let isTrusted: Bool
  /// Whether the peer has shown a certificate that the listener demands: it is the gateway.
  public let isGateway: Bool
}
