import Foundation
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

extension ForwardingConfiguration {
  /// ## Configuration keys
  /// - `TERRACE_UPSTREAM`, `TERRACE_UPSTREAM_OVERRIDES`
  /// - `TERRACE_UPSTREAM_CA`, `TERRACE_UPSTREAM_TLS_CERTIFICATE`, `TERRACE_UPSTREAM_TLS_KEY`
  /// - `TERRACE_UPSTREAM_CONNECT_TIMEOUT`, `TERRACE_UPSTREAM_HEAD_TIMEOUT`,
  ///   `TERRACE_UPSTREAM_IDLE_TIMEOUT`
  /// - `TERRACE_UPSTREAM_CONNECTIONS`
  init(_ source: ConfigurationSource) throws {
    self.init()
    addresses = try Self.addresses(source) ?? addresses
    addresses.overrides = try source.upstreamOverrides(.upstreamOverrides) ?? [:]
    tls = try source.tlsFiles(
      .upstreamCertificate, .upstreamKey, authorities: .upstreamAuthorities)
    if let tls, tls.authorities == nil {
      throw ConfigurationError(.upstreamAuthorities, "is not set")
    }
    connectTimeout =
      try source.duration(.upstreamConnectTimeout).map(TimeAmount.init) ?? connectTimeout
    headTimeout = try source.duration(.upstreamHeadTimeout).map(TimeAmount.init) ?? headTimeout
    idleTimeout = try source.duration(.upstreamIdleTimeout).map(TimeAmount.init) ?? idleTimeout
    maximumConnections =
      try source.integer(.upstreamConnections, in: 1...100_000) ?? maximumConnections
  }

  private static func addresses(_ source: ConfigurationSource) throws -> UpstreamAddresses? {
    try source.value(
      .upstream,
      form: "a URL with {namespace} in its host, such as https://terrace.{namespace}.svc:8443",
      UpstreamAddresses.init(template:))
  }
}

extension UpstreamAddresses {
  /// Reads a URL that has `{namespace}` in its host, once.
  fileprivate init?(template: String) {
    let parts = template.split(separator: "{namespace}", omittingEmptySubsequences: false)
    // The placeholder is no part of a URL: a label takes its place to see whether the rest is.
    let label = "x"
    guard parts.count == 2, let url = URLComponents(string: parts.joined(separator: label)),
      let scheme = url.scheme, ["http", "https"].contains(scheme), let host = url.host,
      Authority(host) != nil,
      [url.user, url.password, url.query, url.fragment] == [nil, nil, nil, nil],
      url.path.isEmpty, let port = UInt16(exactly: url.port ?? (scheme == "https" ? 443 : 80)),
      port > 0
    else { return nil }
    let prefix = parts[0].dropFirst(scheme.utf8.count + "://".utf8.count)
    guard host.hasPrefix(prefix + label) else { return nil }
    self.init(
      isTLS: scheme == "https", prefix: String(prefix),
      suffix: String(host.dropFirst(prefix.count + label.count)), port: Int(port))
  }
}

extension ConfigurationSource {
  /// The PEM files that keys name; nil if they name none.
  ///
  /// - Throws: ``ConfigurationError`` if there is a certificate without a key, or the reverse.
  func tlsFiles(
    _ certificate: ConfigurationKey, _ key: ConfigurationKey,
    authorities: ConfigurationKey? = nil
  ) throws -> TLSFiles? {
    let roots = authorities.flatMap { text($0) }
    switch (text(certificate), text(key)) {
    case (let certificate?, let key?):
      return TLSFiles(certificate: certificate, key: key, authorities: roots)
    case (_?, nil): throw ConfigurationError(key, "is not set, and \(certificate.rawValue) is")
    case (nil, _?): throw ConfigurationError(certificate, "is not set, and \(key.rawValue) is")
    case (nil, nil):
      guard let authorities, roots != nil else { return nil }
      throw ConfigurationError(certificate, "is not set, and \(authorities.rawValue) is")
    }
  }

  fileprivate func upstreamOverrides(_ key: ConfigurationKey) throws -> [String: Authority]? {
    try value(key, form: "namespace=host:port, with commas between them") { text in
      var overrides: [String: Authority] = [:]
      for item in text.split(separator: ",") {
        let parts = item.split(separator: "=", omittingEmptySubsequences: false)
        let namespace = parts[0].trimmingCharacters(in: .whitespaces)
        guard parts.count == 2, !namespace.isEmpty, overrides[namespace] == nil,
          let address = Authority(parts[1].trimmingCharacters(in: .whitespaces)),
          let port = address.port, port > 0
        else { return nil }
        overrides[namespace] = address
      }
      return overrides
    }
  }
}
