import HTTPServer
import HTTPSupport
import NIOCore

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

extension ServerConfiguration {
  /// ## Configuration keys
  /// - `TERRACE_PUBLIC_LISTEN`, `TERRACE_ADMIN_LISTEN`, `TERRACE_OPS_LISTEN`
  /// - `TERRACE_PUBLIC_TLS_CERTIFICATE`, `TERRACE_PUBLIC_TLS_KEY`, `TERRACE_GATEWAY_CA`
  /// - `TERRACE_ADMIN_TLS_CERTIFICATE`, `TERRACE_ADMIN_TLS_KEY`
  /// - those of ``ForwardingConfiguration``
  /// - `TERRACE_BASE_DOMAINS`, `TERRACE_PATH_HOSTS`, `TERRACE_ADMIN_HOSTS`
  /// - `TERRACE_TRUSTED_PROXIES`
  /// - `TERRACE_IDLE_TIMEOUT`, `TERRACE_MAX_CONNECTIONS`, `TERRACE_MAX_CONNECTIONS_PER_PEER`
  /// - `TERRACE_ACCESS_LOG`, `TERRACE_DRAIN_DELAY`, `TERRACE_DRAIN_TIMEOUT`
  init(mode: Mode, _ source: ConfigurationSource) throws {
    self.init()
    self.mode = mode
    publicListener = try source.listener(.publicListen) ?? publicListener
    adminListener = try source.listener(.adminListen) ?? adminListener
    opsListener = try source.listener(.opsListen) ?? opsListener
    publicTLS = try source.tlsFiles(
      .publicCertificate, .publicKey, authorities: .gatewayAuthorities)
    adminTLS = try source.tlsFiles(.adminCertificate, .adminKey)
    if adminTLS == nil { try Self.checkAdminListener(adminListener) }
    forwarding = try ForwardingConfiguration(source)
    baseDomains = try source.domains(.baseDomains) ?? baseDomains
    pathHosts = try source.hosts(.pathHosts) ?? pathHosts
    adminHosts = try source.hosts(.adminHosts) ?? adminHosts
    trustedProxies = try source.addressRanges(.trustedProxies) ?? trustedProxies
    idleTimeout = try source.duration(.idleTimeout) ?? idleTimeout
    if mode == .dedicated { try Self.check(idleTimeout: idleTimeout, source) }
    requestTimeout = try source.duration(.requestTimeout) ?? requestTimeout
    maximumConnections =
      try source.integer(.maximumConnections, in: 1...1_000_000) ?? maximumConnections
    maximumConnectionsPerPeer =
      try source.integer(.maximumConnectionsPerPeer, in: 1...1_000_000)
      ?? maximumConnectionsPerPeer
    accessLog = try Self.accessLog(source) ?? accessLog
    drainDelay = try source.duration(.drainDelay, allowsZero: true) ?? drainDelay
    drainTimeout = try source.duration(.drainTimeout) ?? drainTimeout
  }

  /// A gateway would else send requests into connections that are just being closed.
  private static func check(idleTimeout: Duration, _ source: ConfigurationSource) throws {
    let keepAlive = ForwardingConfiguration().keepAlive
    guard TimeAmount(idleTimeout) <= keepAlive else { return }
    throw ConfigurationError(
      .idleTimeout,
      "must be above \(keepAlive.nanoseconds / 1_000_000_000)s in mode dedicated, since a gateway "
        + "keeps its connections that long, and is '\(source.text(.idleTimeout) ?? "")'")
  }

  /// Without TLS the admin token travels in clear text, so that it must not leave the machine.
  private static func checkAdminListener(_ listener: Listener) throws {
    guard IPAddress.isLoopback(listener.host) else {
      throw ConfigurationError(
        .adminListen,
        "must be on loopback unless it has TLS, and is '\(listener.host):\(listener.port)'")
    }
  }

  private static func accessLog(_ source: ConfigurationSource) throws -> AccessLog? {
    try source.value(.accessLog, form: "off, all, or a number: one line for so many requests") {
      switch $0 {
      case "off": AccessLog.off
      case "all": AccessLog.all
      default: Int($0).flatMap { $0 > 0 ? .sampled(every: $0) : nil }
      }
    }
  }
}
