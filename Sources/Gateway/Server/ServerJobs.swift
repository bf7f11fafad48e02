import ServiceLifecycle
import TenantRegistry

/// What a process does besides answering requests, each once the database has passed its check. What
/// the mode has no use for is nil.
struct ServerJobs {
  let parts: ServerParts

  /// A tenant's own process takes its lease only when it can serve: the tenant is moved to it then.
  var directory: (any Service)? {
    guard let directory = parts.directory else { return nil }
    return parts.isDedicated ? deferred(directory) : directory
  }

  var reconciler: (any Service)? {
    guard let owner = parts.owner, let administration = parts.administration else { return nil }
    let migrator = TenantMigrator(
      owner: owner, migrations: TenantModules.migrations, logger: parts.logger)
    return deferred(
      Reconciler(
        [
          .provisioning(administration), .migrations(migrator),
          .credentials(administration.deployments),
          .transactionLimit(owner: owner, logger: parts.logger),
        ], logger: parts.logger))
  }

  var operations: (any Service)? {
    guard let owner = parts.owner, let administration = parts.administration,
      let login = parts.configuration.owner, let longStatements = parts.longStatements
    else { return nil }
    let migrator = TenantMigrator(
      owner: longStatements.database(login), migrations: TenantModules.migrations,
      logger: parts.logger)
    return deferred(
      OperationRunner(
        owner: owner,
        handlers: [
          FleetMigration(registry: owner, migrator: migrator),
          DeploymentMove(administration.deployments),
        ], logger: parts.logger))
  }

  var upstreamProbes: (any Service)? {
    guard let directory = parts.directory, !parts.isDedicated,
      let baseDomain = parts.configuration.server.baseDomains.first
    else { return nil }
    return deferred(
      UpstreamProbes(
        directory: directory, forwarding: parts.forwarding, baseDomain: baseDomain.text,
        interval: parts.configuration.directory.pollInterval, logger: parts.logger))
  }

  private func deferred(_ service: any Service) -> any Service {
    DeferredService(check: parts.readiness.database, service: service)
  }
}
