import TenantRegistry

/// Which secrets a process of a scope must have, and which it must not have: one that serves
/// tenants holds nothing that could register them or write the registry.
struct SecretRules: Sendable {
  private static let minimumTokenLength = 32

  let scope: ServerConfiguration.Scope
  let source: ConfigurationSource

  /// The secret if `scopes` need it, nil if they do not.
  ///
  /// - Throws: ``ConfigurationError`` if it is missing, or where it has no business.
  func secret(
    _ key: ConfigurationKey, in scopes: [ServerConfiguration.Scope]
  ) throws -> String? {
    if scopes.contains(scope) { return try source.requiredSecret(key) }
    guard try source.secret(key) == nil else {
      throw ConfigurationError(key, "must not be set in scope \(scope.rawValue)")
    }
    return nil
  }

  func adminToken() throws -> String? {
    let token = try secret(.adminToken, in: [.admin, .dev])
    guard let token, token.count < Self.minimumTokenLength else { return token }
    throw ConfigurationError(
      .adminToken, "must have at least \(Self.minimumTokenLength) characters")
  }

  func masterKeys() throws -> MasterKeys {
    let shared = try source.requiredSecret(.sharedMasterKey)
    let dedicated = try secret(.dedicatedMasterKey, in: [.admin, .dev])
    return MasterKeys(
      shared: try masterKey(.sharedMasterKey, shared),
      dedicated: try dedicated.map { try masterKey(.dedicatedMasterKey, $0) })
  }

  private func masterKey(_ key: ConfigurationKey, _ text: String) throws -> MasterKey {
    do {
      return try MasterKey(parsing: text)
    } catch {
      throw ConfigurationError(key, "is malformed: \(error)")
    }
  }
}
