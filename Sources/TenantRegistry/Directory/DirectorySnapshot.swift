import Atomics
import HashTreeCollections
import PostgresClient
import Tenancy

/// All tenants at one revision. It never changes: a new one takes its place, and shares what
/// stayed the same.
final class DirectorySnapshot: AtomicReference, Sendable {
  let revision: Int64
  /// By slug and alias, and by custom domain (which has a dot, as no slug does).
  let tenants: TreeDictionary<String, TenantRecord>
  /// The names under which each tenant is found.
  private let names: TreeDictionary<TenantID, [String]>
  let cells: TreeDictionary<Int, PostgresLogin>

  var count: Int { names.count }

  static let empty = DirectorySnapshot(revision: 0, tenants: [:], names: [:], cells: [:])

  private init(
    revision: Int64, tenants: TreeDictionary<String, TenantRecord>,
    names: TreeDictionary<TenantID, [String]>, cells: TreeDictionary<Int, PostgresLogin>
  ) {
    self.revision = revision
    self.tenants = tenants
    self.names = names
    self.cells = cells
  }

  func record(_ tenant: TenantID) -> TenantRecord? {
    names[tenant]?.lazy.compactMap { self.tenants[$0] }.first { $0.tenant.id == tenant }
  }

  /// The snapshot after `changes`.
  func applying(_ changes: DirectoryChanges, with factory: TenantRecordFactory)
    -> DirectorySnapshot
  {
    var tenants = tenants
    var names = names
    var cells = cells
    for cell in changes.cells { cells[cell.id] = factory.login(of: cell) }
    for row in changes.tenants {
      let id = row.tenant.id
      for name in names[id] ?? [] where tenants[name]?.tenant.id == id {
        tenants[name] = nil
      }
      let hosts = changes.hosts[id] ?? []
      names[id] = hosts.map(\.name)
      guard
        let record = factory.record(row, cells: cells, keys: changes.signingKeys[id] ?? [])
      else { continue }
      for host in hosts { tenants[host.name] = record }
    }
    return DirectorySnapshot(
      revision: changes.revision, tenants: tenants, names: names, cells: cells)
  }
}
