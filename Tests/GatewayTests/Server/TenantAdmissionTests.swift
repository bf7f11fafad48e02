import Foundation
import HTTPSupport
import Logging
import PostgresClient
import Tenancy
import Testing

@testable import Gateway
@testable import TenantRegistry

struct TenantAdmissionTests {
  private static func record(
    _ state: TenantRecord.State, schemaVersion: Int = 3
  ) -> TenantRecord {
    let client = PostgresClient(logger: ServerFixture.logger)
    defer { client.close() }
    return TenantRecord(
      StoredTenant(
        tenant: Tenant(
          id: TenantID(), slug: "acme", displayName: "Acme", timeZone: "UTC", currency: "USD",
          registration: .open), state: state, isolation: .shared, servedBy: .shared,
        schema: "t_acme", namespace: "tenant-acme", cell: 1, schemaVersion: schemaVersion,
        limits: .none, revision: 1),
      database: client.database(PostgresLogin(host: "/", database: "", user: "")),
      signingKeys: SigningKeyRing(
        sealed: [], source: MasterKeys(shared: .random(), dedicated: nil)))
  }

  private static let admission = TenantAdmission(schemaVersion: 3)

  @Test(arguments: [3, 4])
  func anActiveTenantIsServed(schemaVersion: Int) throws {
    try Self.admission.check(Self.record(.active, schemaVersion: schemaVersion))
  }

  @Test(arguments: [
    (TenantRecord.State.suspended, 403, "tenant-suspended"),
    (.provisioning, 503, "tenant-provisioning"), (.deleted, 410, "tenant-deleted"),
  ])
  func anyOtherStateIsRefusedWithItsReason(
    state: TenantRecord.State, status: Int, type: String
  ) {
    let problem = #expect(throws: Problem.self) { try Self.admission.check(Self.record(state)) }
    #expect(problem?.status.code == status)
    #expect(problem?.type == type)
    #expect((problem?.headers[.retryAfter] != nil) == (status == 503))
  }

  @Test func aTenantWhoseSchemaIsBehindHasToWait() {
    let problem = #expect(throws: Problem.self) {
      try Self.admission.check(Self.record(.active, schemaVersion: 2))
    }
    #expect(problem?.type == "tenant-migrating")
    #expect(problem?.headers[.retryAfter] != nil)
  }
}
