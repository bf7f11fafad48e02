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

  var provisioning: (any Service)? {
    parts.administration.map { deferred(ProvisioningReconciler($0)) }
  }

  var migrations: (any Service)? {
    parts.owner.map {
      deferred(
        MigrationReconciler(
          TenantMigrator(owner: $0, migrations: TenantModules.migrations, logger: parts.logger)))
    }
  }

  var credentialRetirement: (any Service)? {
    parts.administration.map { deferred(CredentialRetirement($0.deployments)) }
  }

  var transactionLimit: (any Service)? {
    parts.owner.map { deferred(TransactionLimit(owner: $0, logger: parts.logger)) }
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
