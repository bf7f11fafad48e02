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
  init(_ server: ServerConfiguration, logger: Logger) throws {
    let web = TLSRole.server(protocols: ["h2", "http/1.1"])
    `public` = try Self.context(
      server.publicTLS, web, (.publicCertificate, .publicKey, .gatewayAuthorities), logger)
    admin = try Self.context(
      server.adminTLS, web, (.adminCertificate, .adminKey, nil), logger)
    upstream = try Self.context(
      server.forwarding.tls, .client,
      (.upstreamCertificate, .upstreamKey, .upstreamAuthorities), logger)
  }

  /// What follows the files.
  var services: [any Service] { [`public`, admin, upstream].compactMap(\.self) }

  private static func context(
    _ files: TLSFiles?, _ role: TLSRole,
    _ keys: (certificate: ConfigurationKey, key: ConfigurationKey, authorities: ConfigurationKey?),
    _ logger: Logger
  ) throws -> TLSContext? {
    do throws(TLSFilesError) {
      return try files.map { files throws(TLSFilesError) in
        try TLSContext(files, role: role, logger: logger)
      }
    } catch {
      let key =
        switch error.part {
        case .certificate: keys.certificate
        case .key: keys.key
        case .authorities: keys.authorities ?? keys.certificate
        }
      throw ConfigurationError(key, error.description)
    }
  }
}
