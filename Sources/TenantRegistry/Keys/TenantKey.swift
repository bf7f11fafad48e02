import Crypto
import Foundation
import Tenancy

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
