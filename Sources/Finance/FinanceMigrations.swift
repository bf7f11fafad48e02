import PostgresClient

/// The history of a tenant's schema: the files of `Migrations`.
package enum FinanceMigrations {
  package static let all = Migrations(
    files: [
      "first_ledgers": PackageResources._001_first_ledgers_sql,
      "canonical_usernames": PackageResources._002_canonical_usernames_sql,
      "books": PackageResources._003_books_sql,
      "users_and_access": PackageResources._004_users_and_access_sql,
      "recurrences": PackageResources._008_recurrences_sql,
      "rules": PackageResources._009_rules_sql,
    ], baseline: PackageResources.baseline_sql)
}
