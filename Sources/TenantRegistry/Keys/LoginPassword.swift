import Tenancy

/// The passwords of the logins that are derived rather than stored.
enum LoginPassword {
  /// A cell's; nil if that version of the shared master key is not held.
  static func cell(_ cell: Int, version: Int, _ masterKeys: MasterKeys) -> Secret? {
    masterKeys.shared.derive(.cellLogin(cell), version: version).map(text)
  }

  /// A dedicated tenant's, for the credentials of that number; nil if that version of the
  /// dedicated master key is not held.
  static func tenant(
    _ id: TenantID, credential: Int, version: Int, _ masterKeys: MasterKeys
  ) -> Secret? {
    masterKeys.dedicated?.derive(.tenantLogin(id, credential), version: version).map(text)
  }

  /// The bytes as a password that can be typed.
  private static func text(_ secret: Secret) -> Secret {
    Secret(Array(secret.bytes.base64URL.utf8))
  }
}
