import Foundation
import HTTPServer
import HTTPSupport
import NIOCore

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
