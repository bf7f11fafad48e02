import PostgresClient

extension RegistryMigrations {
  /// Has no rows: whoever changes privileges on objects that all logins share locks it.
  static let sharedPrivileges = Migration(
    number: 15, name: "shared_privileges",
    statements: ["create table registry.shared_privileges ()"])
}
