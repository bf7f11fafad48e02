import CoreMetrics
import Finance
import FinanceAPI
import HTTPSupport
import PostgresClient

/// The modules that tenants are served by. A further one is a further line of ``all``.
enum TenantModules {
  private struct Entry: Sendable {
    let migrations: Migrations
    let make: @Sendable (ProcessConfiguration, any MetricsFactory) -> any TenantModule

    init<Module: TenantModule>(
      _ make: @escaping @Sendable (ProcessConfiguration, any MetricsFactory) -> Module
    ) {
      migrations = Module.migrations
      self.make = make
    }
  }

  private static let all: [Entry] = [
    Entry { configuration, metrics in
      FinanceModule(
        FinanceEnvironment(
          passwordCost: configuration.passwordCost, concurrentHashes: configuration.passwordHashes,
          metrics: metrics))
    }
  ]

  /// The history of a tenant's schema, numbered through all modules.
  static let migrations = all.dropFirst().reduce(all[0].migrations) { history, module in
    module.migrations.isEmpty ? history : history + module.migrations
  }

  static func make(
    _ configuration: ProcessConfiguration, metrics: any MetricsFactory
  ) -> [any TenantModule] {
    all.map { $0.make(configuration, metrics) }
  }
}
