import HTTPServer
import HTTPSupport
import NIOCore

/// Where dedicated tenants are forwarded to, how patiently, and over how many connections.
struct ForwardingConfiguration: Sendable {
  var addresses = UpstreamAddresses()
  /// What the gateway shows upstreams, and whose certificates it believes. Nothing is forwarded
  /// over TLS without it.
  var tls: TLSFiles?
  /// How long a connection may take, its TLS handshake included.
  var connectTimeout: TimeAmount = .seconds(2)
  /// How long an upstream may take from the end of a request to the head of its response.
  var headTimeout: TimeAmount = .seconds(60)
  /// How long a body is held back for an upstream that does not ask for it, when its client has
  /// asked to be told whether to send it.
  var continueTimeout: TimeAmount = .seconds(1)
  /// How long an upstream may send nothing in the middle of a response, or take nothing in the
  /// middle of a request.
  var idleTimeout: TimeAmount = .seconds(30)
  /// How long an unused connection is kept. Less than an upstream keeps it, so that a request is
  /// hardly ever sent on a connection that is just being closed.
  var keepAlive: TimeAmount = .seconds(15)
  /// How long a connection is used, a tenth more or less. A Service balances connections, not
  /// requests: a new pod gets its share of them only as those to the others are given up.
  var maximumConnectionAge: TimeAmount = .seconds(60)
  /// Connections open at once, to all upstreams together. Each event loop has its even share.
  var maximumConnections = 1_000
  /// Connections open at once to one upstream, on one event loop.
  var maximumConnectionsPerUpstream = 100

  /// How often timeouts are looked at: they may come late by as much.
  var tick: TimeAmount {
    let shortest = min(headTimeout, idleTimeout, keepAlive, continueTimeout)
    return max(.milliseconds(5), min(.milliseconds(250), .nanoseconds(shortest.nanoseconds / 4)))
  }

  /// How long a new connection is used: those that open together do not end together.
  func connectionAge() -> TimeAmount {
    let age = maximumConnectionAge.nanoseconds
    return .nanoseconds(.random(in: (age - age / 10)...(age + age / 10)))
  }
}
