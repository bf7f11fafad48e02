import Finance
import ServiceLifecycle
import TenantRegistry

/// Registers the demo tenants and records the demo session in each, through the code that serves
/// an admin's and a user's requests; then it is done.
struct DemoRecording: Service {
  static let tenants = [(slug: "acme", name: "Acme"), (slug: "globex", name: "Globex")]

  let administration: TenantAdministration
  /// Must be running.
  let directory: TenantDirectory

  func run() async throws {
    let environment = FinanceEnvironment()
    for (slug, name) in Self.tenants {
      _ = try await administration.register(
        TenantRegistration(slug: slug, displayName: name), actor: "dev")
      let record = try await record(of: slug)
      try await DemoSession.record(
        in: environment, tenant: record.tenant, database: record.database)
    }
  }

  private func record(of slug: String) async throws -> TenantRecord {
    while true {
      if let record = directory.tenant(slug: slug) { return record }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}
