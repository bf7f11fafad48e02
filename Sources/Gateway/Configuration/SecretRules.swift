import Tenancy
import TenantRegistry

/// Which secrets a process in a mode must have, and which it must not have: one that serves
/// tenants holds nothing that could register them or write the registry.
struct SecretRules: Sendable {
  private static let minimumTokenLength = 32

  let mode: ServerConfiguration.Mode
  let source: ConfigurationSource

  /// The secret if `modes` need it, nil if they do not.
  ///
  /// - Throws: ``ConfigurationError`` if it is missing, or where it has no business.
  func secret(
    _ key: ConfigurationKey, in modes: [ServerConfiguration.Mode]
  ) throws -> String? {
    if modes.contains(mode) { return try source.requiredSecret(key) }
    guard try source.secret(key) == nil else {
      throw ConfigurationError(key, "must not be set in mode \(mode.rawValue)")
    }
    return nil
  }

  func adminToken() throws -> String? {
    let token = try secret(.adminToken, in: [.admin, .dev])
    guard let token else { return nil }
    guard token.count >= Self.minimumTokenLength else {
      throw ConfigurationError(
        .adminToken, "must have at least \(Self.minimumTokenLength) characters")
    }
    // It travels in a header.
    guard token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw ConfigurationError(.adminToken, "must be visible ASCII throughout")
    }
    return token
  }

  /// Nil in the one mode that has neither.
  func masterKeys() throws -> MasterKeys? {
    let shared = try secret(.sharedMasterKey, in: [.shared, .admin, .dev])
    let dedicated = try secret(.dedicatedMasterKey, in: [.admin, .dev])
    guard let shared else { return nil }
    return MasterKeys(
      shared: try Self.key(.sharedMasterKey) { () throws(MasterKey.Malformed) in
        try MasterKey(parsing: shared)
      },
      dedicated: try dedicated.map { text in
        try Self.key(.dedicatedMasterKey) { () throws(MasterKey.Malformed) in
          try MasterKey(parsing: text)
        }
      })
  }

  /// What a dedicated tenant's own process holds; nil in every other mode.
  func tenantCredentials(_ database: DatabaseConfiguration) throws -> TenantCredentials? {
    let password = try secret(.tenantPassword, in: [.dedicated])
    let key = try secret(.tenantKey, in: [.dedicated])
    let id = try source.value(.tenantID, form: "a tenant's UUID") { TenantID($0) }
    let login = source.text(.tenantLogin)
    guard let password, let key else {
      for (key, isSet) in [(ConfigurationKey.tenantID, id != nil), (.tenantLogin, login != nil)]
      where isSet {
        throw ConfigurationError(key, "must not be set in mode \(mode.rawValue)")
      }
      return nil
    }
    guard let id else { throw ConfigurationError(.tenantID, "is not set") }
    guard let login else { throw ConfigurationError(.tenantLogin, "is not set") }
    return TenantCredentials(
      tenant: id, login: database.login(login, password: password),
      keys: try Self.key(.tenantKey) { () throws(MasterKey.Malformed) in
        try TenantKeys(parsing: key, tenant: id)
      })
  }

  private static func key<Key>(
    _ name: ConfigurationKey, _ parse: () throws(MasterKey.Malformed) -> Key
  ) throws(ConfigurationError) -> Key {
    do throws(MasterKey.Malformed) {
      return try parse()
    } catch {
      throw ConfigurationError(name, "is malformed: \(error)")
    }
  }
}
