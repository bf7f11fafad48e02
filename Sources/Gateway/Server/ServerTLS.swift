import CoreMetrics
import HTTPServer
import HTTPSupport
import Logging
import ServiceLifecycle

/// What a serving process speaks TLS with, each where it is configured.
struct ServerTLS: Sendable {
  let `public`: TLSContext?
  let admin: TLSContext?
  /// Towards the deployments of dedicated tenants.
  let upstream: TLSContext?

  /// - Throws: ``ConfigurationError``, which names the key of the file at fault.
  init(
    _ server: ServerConfiguration, metrics: any MetricsFactory, logger: Logger
  ) throws {
    func context(
      _ name: String, _ files: TLSFiles?, _ role: TLSRole, _ keys: Keys
    ) throws -> TLSContext? {
      do throws(TLSFilesError) {
        return try files.map { files throws(TLSFilesError) in
          try TLSContext(
            files, role: role, name: name, interval: server.tlsPollInterval, metrics: metrics,
            logger: logger)
        }
      } catch {
        throw ConfigurationError(keys.key(of: error.part), error.description)
      }
    }
    let web = TLSRole.server(protocols: ["h2", "http/1.1"])
    `public` = try context(
      "public", server.publicTLS, web,
      Keys(.publicCertificate, .publicKey, .gatewayAuthorities))
    admin = try context("admin", server.adminTLS, web, Keys(.adminCertificate, .adminKey))
    upstream = try context(
      "upstream", server.forwarding.tls, .client,
      Keys(.upstreamCertificate, .upstreamKey, .upstreamAuthorities))
  }

  /// What follows the files.
  var services: [any Service] { [`public`, admin, upstream].compactMap(\.self) }

  /// Which keys of the configuration name which files.
  private struct Keys {
    let certificate: ConfigurationKey
    let privateKey: ConfigurationKey
    let authorities: ConfigurationKey?

    init(
      _ certificate: ConfigurationKey, _ privateKey: ConfigurationKey,
      _ authorities: ConfigurationKey? = nil
    ) {
      self.certificate = certificate
      self.privateKey = privateKey
      self.authorities = authorities
    }

    func key(of part: TLSFiles.Part) -> ConfigurationKey {
      switch part {
      case .certificate: certificate
      case .key: privateKey
      case .authorities: authorities ?? certificate
      }
    }
  }
}
