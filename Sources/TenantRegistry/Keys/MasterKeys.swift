/// The master keys that this process holds.
///
/// Gateways of the shared deployment hold `shared` only, so that whoever breaks one cannot mint
/// a dedicated tenant's tokens; the admin scope holds both.
public struct MasterKeys: Sendable {
  /// Which of the two master keys a key was derived from.
  public enum Family: String, Sendable {
    case shared, dedicated
  }

  /// The key of shared tenants and of the cells' logins.
  public let shared: MasterKey
  /// The key of dedicated tenants; nil where it has no business.
  public let dedicated: MasterKey?

  public init(shared: MasterKey, dedicated: MasterKey?) {
    self.shared = shared
    self.dedicated = dedicated
  }

  subscript(family: Family) -> MasterKey? {
    switch family {
    case .shared: shared
    case .dedicated: dedicated
    }
  }
}
