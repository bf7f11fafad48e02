/// What came of registering a tenant.
public struct RegistrationOutcome: Sendable, Equatable {
  public let tenant: RegisteredTenant
  /// False if an equal request had registered it before.
  public let isNew: Bool
  /// The gateways that do not serve the tenant yet, by name; empty once all do.
  public let pendingGateways: [String]
}
