import Foundation
import Tenancy
import Testing

@testable import TenantRegistry

@Suite struct MasterKeyTests {
  private static let zeros = Data(count: 32).base64EncodedString()
  private static let ones = Data(repeating: 1, count: 32).base64EncodedString()

  @Test func readsItsOwnTextForm() throws {
    let key = MasterKey.random()
    let copy = try MasterKey(parsing: key.text + "\n")
    #expect(copy.currentVersion == 1)
    #expect(copy.derive(.cellLogin(1), version: 1) == key.derive(.cellLogin(1), version: 1))
  }

  @Test func theHighestVersionIsTheCurrentOneAndOlderOnesStayGood() throws {
    let key = try MasterKey(parsing: "2:\(Self.ones), 1:\(Self.zeros)")
    #expect(key.currentVersion == 2)
    let alone = try MasterKey(parsing: "1:\(Self.zeros)")
    #expect(key.derive(.cellLogin(1), version: 1) == alone.derive(.cellLogin(1), version: 1))
    #expect(alone.derive(.cellLogin(1), version: 2) == nil)
  }

  @Test(arguments: ["", "1", "1:", "0:\(zeros)", "x:\(zeros)", "1:AAAA", "1:\(zeros),1:\(zeros)"])
  func refusesWhatIsNoMasterKeyWithoutRepeatingIt(text: String) throws {
    let error = try #require(throws: MasterKey.Malformed.self) {
      try MasterKey(parsing: text)
    }
    #expect(!error.description.contains(Self.zeros))
  }

  @Test func everyPurposeTenantAndVersionHasAKeyOfItsOwn() throws {
    let key = try MasterKey(parsing: "1:\(Self.zeros),2:\(Self.zeros)")
    let tenants = [TenantID(), TenantID()]
    let purposes: [KeyPurpose] =
      [.cellLogin(1), .cellLogin(2)] + tenants.map(KeyPurpose.tenant)
      + tenants.flatMap { tenant in
        [1, 2].flatMap { [.tenantLogin(tenant, $0), .credential(tenant, $0)] as [KeyPurpose] }
      }
    let derived = purposes.flatMap { purpose in
      [1, 2].map { key.derive(purpose, version: $0)?.bytes }
    }
    #expect(Set(derived).count == 24)
    #expect(!derived.contains(nil))
  }

  /// RFC 5869 with SHA-256, computed apart with Python's `hmac`.
  @Test func derivesAsHKDFSays() throws {
    let key = try MasterKey(parsing: "1:\(Self.zeros)")
    #expect(
      key.derive(.cellLogin(7), version: 1)?.bytes.map { String(format: "%02x", $0) }.joined()
        == "3586078c87695186110ed32e7cc5dc47c3337c375ce787631c5a7ad54a4ee754")
  }
}
