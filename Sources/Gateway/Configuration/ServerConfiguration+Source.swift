import NIOCore

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
