import Atomics

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
