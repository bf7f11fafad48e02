import PostgresClient

/// The history of a tenant's schema: the files of `Migrations`.
package enum FinanceMigrations {
  package static let all = Migrations(
    files: [
      "first_ledgers": PackageResources._001_first_ledgers_sql,
      "canonical_usernames": PackageResources._002_canonical_usernames_sql,
      "books": PackageResources._003_books_sql,
      "users_and_access": PackageResources._004_users_and_access_sql,
      "reconciliations": PackageResources._005_reconciliations_sql,
      "rates": PackageResources._006_rates_sql,
      "budgets": PackageResources._007_budgets_sql,
      "recurrences": PackageResources._008_recurrences_sql,
      "rules": PackageResources._009_rules_sql,
      "imports": PackageResources._010_imports_sql,
      "ledger_archives": PackageResources._011_ledger_archives_sql,
    ], baseline: PackageResources.baseline_sql)
}
