/// How a ``TenantDirectory`` keeps up with the registry.
public struct TenantDirectoryConfiguration: Sendable {
  /// What an operator knows this process by; a slow write names it.
  public var name: String
  /// How often the registry is asked what has changed, whatever it notifies of.
  public var pollInterval: Duration = .seconds(2)
  /// For how long the snapshot is good after the registry was last heard of.
  public var maximumStaleness: Duration = .seconds(30)

  public init(name: String) {
    self.name = name
  }
}
