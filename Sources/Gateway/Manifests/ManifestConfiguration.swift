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
