import Foundation
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
    let placeholder = UpstreamAddresses.placeholder
    return try source.value(
      .upstream,
      form: "a URL with \(placeholder) in its host, such as https://terrace.\(placeholder).svc:8443"
    ) { text in
      // The placeholder is no part of a URL: a label takes its place to see whether the rest is.
      guard let url = URLComponents(string: text.replacing(placeholder, with: "namespace")),
        let scheme = url.scheme, ["http", "https"].contains(scheme), url.path.isEmpty,
        url.query == nil, url.user == nil, text.contains(placeholder), let host = url.host
      else { return nil }
      return UpstreamAddresses(
        isTLS: scheme == "https", host: host.replacing("namespace", with: placeholder),
        port: url.port ?? (scheme == "https" ? 443 : 80))
    }
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
        let parts = item.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let address = Authority(parts[1]), address.port != nil else {
          return nil
        }
        overrides[parts[0].trimmingCharacters(in: .whitespaces)] = address
      }
      return overrides
    }
  }
}
