import Foundation
import Tenancy
import Testing

struct TenantIDTests {
  @Test func aNewIdentityIsARandomUUID() {
    let ids = (0..<1000).map { _ in TenantID() }
    #expect(Set(ids).count == ids.count)
    for id in ids {
      #expect(id.uuid.uuid.6 >> 4 == 4)
      #expect(id.uuid.uuid.8 >> 6 == 0b10)
    }
  }
}
