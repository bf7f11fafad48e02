import CoreMetrics
import Finance
import FinanceAPI
import FinanceWeb
import Foundation
import HTTPSupport
import PostgresClient
import TenantRegistry

/// The modules that tenants are served by. A further one is a further line of ``all``.
enum TenantModules {
  private struct Entry: Sendable {
    let migrations: Migrations
    let make: @Sendable (FinanceEnvironment, ServerConfiguration.Mode) -> any TenantModule

    init<Module: TenantModule>(
      _ make: @escaping @Sendable (FinanceEnvironment, ServerConfiguration.Mode) -> Module
    ) {
      migrations = Module.migrations
      self.make = make
    }
  }

  private static let all: [Entry] = [
    Entry { environment, _ in FinanceModule(environment) },
    Entry { environment, _ in V1Module(environment) },
    Entry { environment, mode in
      WebModule(environment, isDevelopment: mode == .dev, export: V1Module.export)
    },
  ]

  /// The history of a tenant's schema, numbered through all modules.
  static let migrations = all.dropFirst().reduce(all[0].migrations) { history, module in
    module.migrations.isEmpty ? history : history + module.migrations
  }

  /// Makes what a new tenant's owner is invited with.
  static let ownerInvitations = OwnerInvitationIssuer {
    let (link, statements) = FirstOwner.invite(at: Date())
    return (OwnerInvitation(token: link.token.text, expiresAt: link.expiresAt), statements)
  }

  static func make(
    _ configuration: ProcessConfiguration, metrics: any MetricsFactory
  ) -> [any TenantModule] {
    let environment = FinanceEnvironment(
      passwordCost: configuration.passwordCost, concurrentHashes: configuration.passwordHashes,
      metrics: metrics)
    return all.map { $0.make(environment, configuration.server.mode) }
  }
}
