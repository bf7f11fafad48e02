import Crypto
import Foundation
import Tenancy

/// What a process opens tenants' signing keys with.
protocol TenantKeySource: Sendable {
  /// The key that signing keys are sealed under for `holder`; nil if this process does not have it.
  ///
  /// - Parameter version: of the master key that it is derived from.
  func tenantKey(_ tenant: TenantID, of holder: KeyHolder, version: Int) -> TenantKey?
}

extension MasterKeys: TenantKeySource {
  func tenantKey(_ tenant: TenantID, of holder: KeyHolder, version: Int) -> TenantKey? {
    let secret =
      switch holder {
      case .shared: shared.derive(.tenant(tenant), version: version)
      case .credential(let number):
        dedicated?.derive(.credential(tenant, number), version: version)
      }
    return secret.map { TenantKey(secret: $0, tenant: tenant) }
  }
}

/// The keys that were derived for a dedicated tenant, by the number of the credentials that each
/// belongs to: all that its own deployment is given of the dedicated master key.
///
/// The text form is a master key's: `<number>:<base64 of 32 bytes>`, several with commas.
public struct TenantKeys: Sendable, TenantKeySource {
  private let keys: [Int: TenantKey]

  /// - Throws: ``MasterKey/Malformed``, which never repeats the text.
  public init(parsing text: String, tenant: TenantID) throws(MasterKey.Malformed) {
    keys = try MasterKey.versions(parsing: text).0.mapValues {
      TenantKey(secret: $0, tenant: tenant)
    }
  }

  func tenantKey(_ tenant: TenantID, of holder: KeyHolder, version: Int) -> TenantKey? {
    holder.credential.flatMap { keys[$0] }
  }

  /// The text form of one key.
  static func text(_ key: Secret, credential: Int) -> String {
    "\(credential):\(Data(key.bytes).base64EncodedString())"
  }
}

/// The key derived for one tenant, under which its signing keys are sealed at rest.
///
/// AES-256-GCM; the additional data is tenant id, kid and purpose, so that a sealed key moved to
/// another row opens there no more.
public struct TenantKey: Sendable {
  /// The sealed bytes are not what this key sealed for that tenant, kid and purpose.
  public struct CannotOpen: Error {}

  private let secret: Secret
  private let tenant: TenantID

  init(secret: Secret, tenant: TenantID) {
    self.secret = secret
    self.tenant = tenant
  }

  /// Nonce, cipher text and tag, in this order.
  func seal(_ signingKey: Secret, kid: String) throws -> [UInt8] {
    let box = try signingKey.withUnsafeBytes {
      try AES.GCM.seal(
        $0, using: secret.symmetricKey, authenticating: additionalData(kid: kid))
    }
    guard let combined = box.combined else { throw CannotOpen() }
    return Array(combined)
  }

  func open(_ sealed: [UInt8], kid: String) throws(CannotOpen) -> Secret {
    do {
      let box = try AES.GCM.SealedBox(combined: sealed)
      return Secret(
        try AES.GCM.open(
          box, using: secret.symmetricKey, authenticating: additionalData(kid: kid)))
    } catch {
      throw CannotOpen()
    }
  }

  private func additionalData(kid: String) -> Data {
    Data("\(tenant)|\(kid)|signing-key".utf8)
  }
}

/// Who can open a sealed copy of a signing key.
enum KeyHolder: Sendable, Hashable {
  /// Every process that holds the shared master key.
  case shared
  /// The tenant's own deployment, with the credentials of that number.
  case credential(Int)

  /// - Parameter credential: as the registry has it: NULL is the shared deployment.
  init(credential: Int?) {
    self = credential.map(KeyHolder.credential) ?? .shared
  }

  /// As the registry has it.
  var credential: Int? {
    switch self {
    case .shared: nil
    case .credential(let number): number
    }
  }
}
