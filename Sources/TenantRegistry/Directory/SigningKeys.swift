import Atomics
import Tenancy

/// An HS256 secret that signs a tenant's tokens.
public struct SigningKey: Sendable, Equatable {
  public enum State: String, Sendable {
    /// Signs nothing yet; tokens it signs elsewhere are accepted.
    case next
    /// Signs new tokens.
    case active
    /// Signs nothing any more; its tokens are accepted until they expire.
    case retiring
    /// Its tokens are refused.
    case revoked
  }

  /// The key's name in the header of a token; unique among all tenants.
  public let kid: String
  public let state: State
  public let secret: Secret
  /// When its tokens are refused, in seconds since 1970: of a retiring key, when the last token
  /// that it signed has expired.
  public let expires: Int64?

  /// Whether its tokens count.
  ///
  /// - Parameter now: seconds since 1970.
  public func isLive(at now: Int64) -> Bool {
    state != .revoked && expires.map { now < $0 } ?? true
  }
}

/// A copy of a signing key as it lies in the registry, which one holder can open.
struct SealedSigningKey: Sendable, Equatable {
  let tenant: TenantID
  let kid: String
  let state: SigningKey.State
  /// Seconds since 1970.
  let expires: Int64?
  let holder: KeyHolder
  /// The version of the master key that the holder's key is derived from.
  let keyVersion: Int
  let sealed: [UInt8]

  /// The key itself; nil if this process is not the holder.
  func open(with source: some TenantKeySource) throws(TenantKey.CannotOpen) -> SigningKey? {
    guard let key = source.tenantKey(tenant, of: holder, version: keyVersion) else { return nil }
    return SigningKey(
      kid: kid, state: state, secret: try key.open(sealed, kid: kid), expires: expires)
  }
}

extension SigningKey {
  /// A new key.
  static func random(_ state: State) -> SigningKey {
    SigningKey(
      kid: Secret.random(byteCount: 16).bytes.base64URL, state: state, secret: .random(),
      expires: nil)
  }

  /// A copy for `holder`, whose key is derived from that version of its master key.
  ///
  /// - Throws: ``TenantKey/CannotOpen`` if this process does not hold that version.
  func sealed(
    for tenant: TenantID, _ holder: KeyHolder, keyVersion: Int, _ masterKeys: MasterKeys
  ) throws -> SealedSigningKey {
    guard let key = masterKeys.tenantKey(tenant, of: holder, version: keyVersion) else {
      throw TenantKey.CannotOpen()
    }
    return SealedSigningKey(
      tenant: tenant, kid: kid, state: state, expires: expires, holder: holder,
      keyVersion: keyVersion, sealed: try key.seal(secret, kid: kid))
  }
}

/// A tenant's live signing keys, sealed until somebody asks for them, and then opened once.
public final class SigningKeyRing: Sendable {
  private final class Opened: Sendable {
    let keys: [SigningKey]

    init(_ keys: [SigningKey]) {
      self.keys = keys
    }
  }

  private let sealed: [SealedSigningKey]
  private let source: any TenantKeySource
  private let opened = ManagedAtomicLazyReference<Opened>()

  init(sealed: [SealedSigningKey], source: any TenantKeySource) {
    self.sealed = sealed
    self.source = source
  }

  /// The keys that this process can open: next, active and retiring. A copy that another holds
  /// is none of its business, and left out.
  ///
  /// - Throws: ``TenantKey/CannotOpen`` if a key was tampered with, or sealed under another
  ///   master key of the same version: the caller must refuse the tenant's tokens.
  public func keys() throws -> [SigningKey] {
    if let opened = opened.load() { return opened.keys }
    let keys = try sealed.compactMap { try $0.open(with: source) }
    return opened.storeIfNilThenLoad(Opened(keys)).keys
  }

  /// The key that signs new tokens, if there is one.
  public func activeKey() throws -> SigningKey? {
    try keys().first { $0.state == .active }
  }
}
