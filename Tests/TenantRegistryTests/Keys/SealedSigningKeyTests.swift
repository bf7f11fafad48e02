import Tenancy
import Testing

@testable import TenantRegistry

@Suite struct SealedSigningKeyTests {
  private let masterKeys = MasterKeys(shared: .random(), dedicated: .random())
  private let tenant = TenantID()

  private func generate(_ family: MasterKeys.Family) throws -> SealedSigningKey {
    try .generate(
      for: tenant, state: .active, family: family,
      masterKey: try #require(masterKeys[family]))
  }

  private func copy(
    of key: SealedSigningKey, tenant: TenantID? = nil, kid: String? = nil,
    family: MasterKeys.Family? = nil, sealed: [UInt8]? = nil
  ) -> SealedSigningKey {
    SealedSigningKey(
      tenant: tenant ?? key.tenant, kid: kid ?? key.kid, state: key.state,
      family: family ?? key.family, keyVersion: key.keyVersion, sealed: sealed ?? key.sealed)
  }

  @Test func opensToTheSameSecretEachTime() throws {
    let sealed = try generate(.shared)
    let key = try #require(try sealed.open(with: masterKeys))
    #expect(key.kid == sealed.kid)
    #expect(key.secret.bytes.count == 32)
    #expect(try sealed.open(with: masterKeys) == key)
  }

  @Test func opensNowhereButInItsOwnRow() throws {
    let sealed = try generate(.shared)
    var tampered = sealed.sealed
    tampered[20] ^= 1
    for forged in [
      copy(of: sealed, tenant: TenantID()), copy(of: sealed, kid: "other"),
      copy(of: sealed, family: .dedicated), copy(of: sealed, sealed: tampered),
      copy(of: sealed, sealed: []),
    ] {
      #expect(throws: TenantKey.CannotOpen.self) { try forged.open(with: masterKeys) }
    }
  }

  @Test func aProcessWithTheSharedMasterKeyAloneOpensNoDedicatedKey() throws {
    let shared = MasterKeys(shared: masterKeys.shared, dedicated: nil)
    let ring = SigningKeyRing(
      sealed: [try generate(.shared), try generate(.dedicated)], masterKeys: shared)
    #expect(try ring.keys().count == 1)
    #expect(try generate(.dedicated).open(with: shared) == nil)
  }

  @Test func aRingWithAForgedKeyOpensNone() throws {
    let forged = copy(of: try generate(.shared), kid: "other")
    let ring = SigningKeyRing(sealed: [try generate(.shared), forged], masterKeys: masterKeys)
    #expect(throws: TenantKey.CannotOpen.self) { try ring.keys() }
  }

  @Test func secretsNeverPrint() throws {
    let key = try #require(try generate(.shared).open(with: masterKeys))
    for text in ["\(key)", String(reflecting: key), "\(key.secret)", "\(masterKeys)"] {
      #expect(text.contains("<secret>"), "\(text)")
      #expect(!text.contains("\(key.secret.bytes)"))
    }
    var dumped = ""
    dump(key, to: &dumped)
    #expect(!dumped.contains("UInt8"))
  }
}
