import PostgresClient

/// The history of the registry's own schema, `registry`: the files of `Migrations`. All of it belongs
/// to the owner.
///
/// The files name the roles of the standard prefix: see ``DatabaseRoles/naming(_:)``.
enum RegistryMigrations {
  static let all = Migrations(files: [
    "tables": PackageResources._001_tables_sql,
    "revisions": PackageResources._002_revisions_sql,
    "leases": PackageResources._003_leases_sql,
    "views_and_grants": PackageResources._004_views_and_grants_sql,
    "master_keys": PackageResources._005_master_keys_sql,
    "served_by": PackageResources._006_served_by_sql,
    "lease_sessions": PackageResources._007_lease_sessions_sql,
    "credentials": PackageResources._008_credentials_sql,
    "nodes": PackageResources._009_nodes_sql,
    "limits": PackageResources._010_limits_sql,
    "gates": PackageResources._011_gates_sql,
    "trials": PackageResources._012_trials_sql,
    "request_limits": PackageResources._013_request_limits_sql,
    "plans": PackageResources._014_plans_sql,
    "shared_privileges": PackageResources._015_shared_privileges_sql,
    "shared_resources": PackageResources._016_shared_resources_sql,
    "lease_cleaning": PackageResources._017_lease_cleaning_sql,
    "operations": PackageResources._018_operations_sql,
    "notes": PackageResources._019_notes_sql,
    "invite_only": PackageResources._020_invite_only_sql,
  ])
}
