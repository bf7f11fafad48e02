import PostgresClient
import Tenancy

extension TenantDirectory {
  /// The cells of nodes besides the registry's, by the login that reaches one of them on each.
  public var otherNodes: [PostgresLogin: [Int]] {
    var cells: [DatabaseServer.Address: [(id: Int, login: PostgresLogin)]] = [:]
    for (id, login) in snapshot.load(ordering: .acquiring).cells {
      guard (login.host, login.port) != (self.login.host, self.login.port) else { continue }
      cells[DatabaseServer.Address(host: login.host, port: login.port), default: []].append(
        (id, login))
    }
    var nodes: [PostgresLogin: [Int]] = [:]
    for group in cells.values {
      guard let first = group.min(by: { $0.id < $1.id }) else { continue }
      nodes[first.login] = group.map(\.id)
    }
    return nodes
  }
}

extension TenantDirectory {
  /// The tenants that are to move to a deployment of their own, which runs.
  ///
  /// - Throws: ``PostgresError``.
  public func tenantsToProbe() async throws -> [TenantRecord] {
    try await probes.tenants().compactMap(record)
  }

  /// Tells whoever moves the tenant whether this process reaches the tenant's deployment.
  ///
  /// - Parameter failure: why it does not, in a few words; nil if it does.
  /// - Throws: ``PostgresError``.
  public func report(_ tenant: TenantID, failure: String?) async throws {
    try await probes.report(tenant, failure: failure, lease: lease)
  }
}
