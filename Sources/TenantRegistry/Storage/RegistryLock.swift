/// The keys of the registry's advisory locks, all taken for a transaction.
enum RegistryLock {
  /// Held by whoever migrates the registry's own schema.
  static let migrations: Int64 = 0x7465_7272_6163_0001
  /// Held by whoever changes privileges on objects that all logins share.
  static let sharedPrivileges: Int64 = 0x7465_7272_6163_0002
}
