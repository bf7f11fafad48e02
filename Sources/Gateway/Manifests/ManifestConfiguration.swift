import Foundation
import HTTPSupport

/// What the admin's process knows of the cluster that dedicated tenants run in.
struct ManifestConfiguration: Sendable {
  var image: String?
  var databasePeers: [DatabasePeer]?
  /// The path of the PEM file with which this process checks the database's certificate.
  var databaseAuthorities: String?
  var databasePort = 5432
  /// What a tenant's pods are told as this process is.
  var settings: [ConfigurationKey: String] = [:]

  private static let required: [ConfigurationKey] = [.publicURL, .baseDomains, .databaseHost]
  private static let optional: [ConfigurationKey] = [
    .pathHosts, .trustedProxies, .databasePort, .databaseName, .rolePrefix,
  ]

  init() {}

  /// ## Configuration keys
  /// - `TERRACE_MANIFEST_IMAGE`, `TERRACE_MANIFEST_DATABASE_PEERS`
  /// - `TERRACE_DATABASE_SSLROOTCERT`, `TERRACE_DATABASE_HOST`, `TERRACE_DATABASE_PORT`,
  ///   `TERRACE_DATABASE_NAME`, `TERRACE_ROLE_PREFIX`, `TERRACE_PUBLIC_URL`, `TERRACE_BASE_DOMAINS`,
  ///   `TERRACE_PATH_HOSTS`, `TERRACE_TRUSTED_PROXIES`
  init(_ source: ConfigurationSource) throws {
    image = source.text(.manifestImage)
    databasePeers = try source.value(
      .manifestDatabasePeers,
      form: "ranges such as 10.0.0.0/16 or pods such as terrace/postgres, with commas between them"
    ) { text in
      let peers = text.split(separator: ",", omittingEmptySubsequences: false).map {
        DatabasePeer($0.trimmingCharacters(in: .whitespaces))
      }
      return peers.contains(nil) ? nil : peers.compactMap(\.self)
    }
    databaseAuthorities = source.text(.databaseSSLRootCertificate)
    databasePort = try source.integer(.databasePort, in: 1...65535) ?? databasePort
    for key in Self.required + Self.optional { settings[key] = source.text(key) }
  }

  /// All that a tenant's manifests need of the cluster.
  ///
  /// - Throws: ``Problem`` 409 that names what is missing.
  func cluster() throws(Problem) -> ManifestCluster {
    if let key = Self.required.first(where: { settings[$0] == nil }) { throw .notSet(key) }
    guard let image else { throw .notSet(.manifestImage) }
    guard let databasePeers else { throw .notSet(.manifestDatabasePeers) }
    guard let databaseAuthorities else { throw .notSet(.databaseSSLRootCertificate) }
    // Some kilobytes, seldom; read anew, so that a file which was replaced counts.
    guard let authorities = FileManager.default.contents(atPath: databaseAuthorities) else {
      throw .notConfigured(
        "\(ConfigurationKey.databaseSSLRootCertificate.rawValue) names a file that cannot be read")
    }
    if let host = settings[.databaseHost], Self.isOfThisMachine(host) {
      throw .notConfigured(
        "\(ConfigurationKey.databaseHost.rawValue) is \(host), which pods do not reach")
    }
    return ManifestCluster(
      image: image, databasePeers: databasePeers, databasePort: databasePort,
      databaseAuthorities: authorities, settings: settings)
  }

  private static func isOfThisMachine(_ host: String) -> Bool {
    host.hasPrefix("/") || IPAddress.isLoopback(host)
  }
}

extension Problem {
  fileprivate static func notSet(_ key: ConfigurationKey) -> Problem {
    .notConfigured("\(key.rawValue) is not set")
  }

  fileprivate static func notConfigured(_ detail: String) -> Problem {
    Problem(
      .conflict, type: "manifests-not-configured",
      title: "The admin endpoint is not told all that the manifests need", detail: detail)
  }
}

/// What all tenants' manifests have in common in one cluster.
struct ManifestCluster: Sendable {
  let image: String
  let databasePeers: [DatabasePeer]
  let databasePort: Int
  /// PEM.
  let databaseAuthorities: Data
  /// What a tenant's pods are told, besides what is the same in every cluster.
  let settings: [ConfigurationKey: String]
}

/// Where the database is, for a NetworkPolicy: a range of addresses, or pods of the cluster.
enum DatabasePeer: Sendable, Equatable {
  case addresses(String)
  /// The pods that are labelled `app.kubernetes.io/name: <name>`.
  case pods(namespace: String, name: String)

  /// Reads `10.0.0.0/16` or `namespace/name`; nil if `text` is neither.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { return nil }
    if AddressRange(text) != nil {
      self = .addresses(text)
    } else if parts.allSatisfy(Self.isLabel) {
      self = .pods(namespace: parts[0], name: parts[1])
    } else {
      return nil
    }
  }

  /// RFC 1123, as Kubernetes has it.
  private static func isLabel(_ text: String) -> Bool {
    let isEnd = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) }
    guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 63 else {
      return false
    }
    return isEnd(first) && isEnd(last) && text.utf8.allSatisfy { isEnd($0) || $0 == 0x2D }
  }

  /// An item of a NetworkPolicy's `to`.
  var yaml: String {
    switch self {
    case .addresses(let range):
      """
      - ipBlock:
          cidr: \(range.yamlQuoted)
      """
    case .pods(let namespace, let name):
      """
      - namespaceSelector:
          matchLabels:
            kubernetes.io/metadata.name: \(namespace.yamlQuoted)
        podSelector:
          matchLabels:
            app.kubernetes.io/name: \(name.yamlQuoted)
      """
    }
  }
}
