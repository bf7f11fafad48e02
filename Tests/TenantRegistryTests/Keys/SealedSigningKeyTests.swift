import Tenancy
import Testing

@testable import TenantRegistry

@Suite struct SealedSigningKeyTests {
  private let masterKeys = MasterKeys(shared: .random(), dedicated: .random())
  private let tenant = TenantID()

  private func generate(_ holder: KeyHolder) throws -> SealedSigningKey {
    try SigningKey.random(.active).sealed(for: tenant, holder, keyVersion: 1, masterKeys)
  }

  private func copy(
    of key: SealedSigningKey, tenant: TenantID? = nil, kid: String? = nil,
    holder: KeyHolder? = nil, sealed: [UInt8]? = nil
  ) -> SealedSigningKey {
    SealedSigningKey(
      tenant: tenant ?? key.tenant, kid: kid ?? key.kid, state: key.state,
      expires: key.expires, holder: holder ?? key.holder, keyVersion: key.keyVersion,
      sealed: sealed ?? key.sealed)
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
      copy(of: sealed, holder: .credential(1)), copy(of: sealed, sealed: tampered),
      copy(of: sealed, sealed: []),
    ] {
      #expect(throws: TenantKey.CannotOpen.self) { try forged.open(with: masterKeys) }
    }
  }

  @Test func aProcessWithTheSharedMasterKeyAloneOpensNoDedicatedKey() throws {
    let shared = MasterKeys(shared: masterKeys.shared, dedicated: nil)
    let ring = SigningKeyRing(
      sealed: [try generate(.shared), try generate(.credential(1))], source: shared)
    #expect(try ring.keys().count == 1)
    #expect(try generate(.credential(1)).open(with: shared) == nil)
  }

  @Test func aCopyForOneCredentialOpensWithThatOneAlone() throws {
    let sealed = try generate(.credential(2))
    for (number, opens) in [(2, true), (1, false), (3, false)] {
      let secret = try #require(
        masterKeys.dedicated?.derive(.credential(tenant, number), version: 1))
      let text = TenantKeys.text(secret, credential: number)
      let keys = try TenantKeys(parsing: text, tenant: tenant)
      #expect((try sealed.open(with: keys) != nil) == opens)
    }
  }

  @Test func aRingWithAForgedKeyOpensNone() throws {
    let forged = copy(of: try generate(.shared), kid: "other")
    let ring = SigningKeyRing(sealed: [try generate(.shared), forged], source: masterKeys)
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
