import Logging
import ServiceLifecycle
import TenantRegistry

/// Tries the deployments of their own that tenants are to move to, again and again until they have,
/// and tells the registry what came of it: a tenant moves only once all gateways reach its
/// deployment.
struct UpstreamProbes: Service {
  let directory: TenantDirectory
  let forwarding: TenantForwarding
  /// What tenants' hosts hang under.
  let baseDomain: String
  let interval: Duration
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      repeat {
        await logged { try await tryAll() }
      } while (try? await Task.sleep(for: interval)) != nil
    }
  }

  private func tryAll() async throws {
    let records = try await directory.tenantsToProbe()
    await withDiscardingTaskGroup { group in
      for record in records { group.addTask { await logged { try await probe(record) } } }
    }
  }

  private func logged(_ body: () async throws -> Void) async {
    do {
      try await body()
    } catch {
      guard !Task.isCancelled else { return }
      logger.warning(
        "deployments of tenants that are to move cannot be probed",
        metadata: ["error": "\(String(reflecting: error))"])
    }
  }

  private func probe(_ record: TenantRecord) async throws {
    var failure: ProbeFailure?
    do throws(ProbeFailure) {
      try await forwarding.probe(record, at: "\(record.tenant.slug).\(baseDomain)")
    } catch {
      failure = error
      logger.notice(
        "a tenant's own deployment is not reached",
        metadata: ["tenant": "\(record.tenant.slug)", "error": "\(error)"])
    }
    try await directory.report(record.tenant.id, failure: failure?.description)
  }
}
