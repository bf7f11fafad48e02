import FinanceTestSupport
import Foundation
import HTTPSupport
import Hummingbird
import HummingbirdTesting
import Metrics
import NIOPosix
import PostgresClient
import Tenancy
import TestSupport
import Testing

@testable import Finance
@testable import FinanceAPI

/// A few tenants on a Postgres of their own, served over HTTP.
struct FinanceServer: Sendable {
  static let acme = TestTenant.acme
  static let globex = Tenant(
    id: TenantID(), slug: "globex", displayName: "Globex", timeZone: "America/New_York",
    currency: "USD", registration: .open)

  let clock: TestClock
  let environment: FinanceEnvironment
  let client: any TestClientProtocol
  let tenants: [String: TestTenant]
  let log: RecordedLog

  /// Runs `body` with a new server, and takes it down afterwards.
  ///
  /// The clock shows noon of 15 May 2026, UTC.
  static func run(
    _ tenants: [Tenant] = [acme, globex],
    threads: NIOThreadPool = .singleton,
    limits: PasswordHasher.Limits = .init(concurrent: 2),
    metrics: any MetricsFactory = NOOPMetricsHandler.instance,
    _ body: @Sendable (FinanceServer) async throws -> Void
  ) async throws {
    let clock = TestClock()
    try clock.set("2026-05-15T12:00:00Z")
    let hasher = PasswordHasher(
      parameters: ScryptParameters(cost: 16, blockSize: 8, parallelism: 1), limits: limits,
      threads: threads, metrics: metrics)
    let environment = FinanceEnvironment(hasher: hasher) { clock.now }
    var made: [String: TestTenant] = [:]
    for tenant in tenants {
      made[tenant.slug] = try await TestTenant(tenant)
    }
    let log = RecordedLog()
    let served = made
    let gateway = TestGateway(
      tenants: served,
      responder: TenantRouter.make([FinanceModule(environment), V1Module(environment)])
        .buildResponder())
    try await Application(responder: gateway, logger: log.logger).test(.ahc(.http)) { http in
      try await body(
        FinanceServer(
          clock: clock, environment: environment, client: http, tenants: served, log: log))
    }
  }

  func database(_ slug: String = "acme") throws -> PostgresDatabase {
    try #require(tenants[slug]).database
  }
}
