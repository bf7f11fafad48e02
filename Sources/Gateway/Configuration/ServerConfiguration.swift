import HTTPServer
import HTTPSupport

/// What the gateway's listeners need to know. Values are valid by type; the configuration loader
/// reads them from the environment.
struct ServerConfiguration: Sendable {
  /// What a process is.
  enum Mode: String, Sendable, CaseIterable {
    /// Public and ops listeners; serves shared tenants and forwards to dedicated ones.
    case shared
    /// Public and ops listeners; serves one tenant.
    case dedicated
    /// Admin and ops listeners.
    case admin
    /// All listeners.
    case dev
  }

  struct Listener: Sendable {
    /// An IP address, or a name that resolves to one.
    var host: String
    /// 0 takes a free port.
    var port: Int
  }

  enum AccessLog: Sendable {
    case off
    /// One line for every `n` requests, and for each that failed with 5xx.
    case sampled(every: Int)
    /// One line for each request.
    case all
  }

  var mode = Mode.dev
  var publicListener = Listener(host: "127.0.0.1", port: 8080)
  var adminListener = Listener(host: "127.0.0.1", port: 8081)
  var opsListener = Listener(host: "127.0.0.1", port: 9090)
  /// Makes the public listener speak TLS. With authorities, each client must be the gateway, and
  /// show a certificate of theirs.
  var publicTLS: TLSFiles?
  /// Makes the admin listener speak TLS.
  var adminTLS: TLSFiles?
  /// How often TLS files are looked at again. Tests have less time than operators.
  var tlsPollInterval: Duration = .seconds(10)
  /// How dedicated tenants are reached, where they are forwarded to.
  var forwarding = ForwardingConfiguration()
  /// What tenant hosts hang under.
  var baseDomains: [Host] = [.name("localhost")]
  /// Other hosts that serve `/t/<slug>/…`, besides `localhost` and IP literals.
  var pathHosts: [Host] = []
  /// The hosts that the admin listener answers to.
  var adminHosts: [Host] = [.name("localhost"), .address("127.0.0.1")]
  /// Peers whose `X-Forwarded-Host`, `-Proto` and `-For` count.
  var trustedProxies: [AddressRange] = []
  /// How long a connection may stay without a byte of a request, headers included: see
  /// ``ListenerConfiguration/idleTimeout``.
  var idleTimeout: Duration = .seconds(150)
  var requestTimeout: Duration = .seconds(60)
  /// Connections open at once on each listener; idle ones make room for more.
  var maximumConnections = 10_000
  /// Connections of one peer address open at once on each listener; trusted proxies are exempt.
  var maximumConnectionsPerPeer = 1_000
  var accessLog = AccessLog.all
  /// How long the server goes on accepting after it has turned not ready, so that load balancers
  /// notice.
  var drainDelay: Duration = .zero
  /// How long requests under way may take to finish after that.
  var drainTimeout: Duration = .seconds(20)

  /// The scheme of URLs that lead to the public listener itself.
  var publicScheme: String { publicTLS == nil ? "http" : "https" }
  /// The scheme of URLs that lead to the admin listener.
  var adminScheme: String { adminTLS == nil ? "http" : "https" }
}
