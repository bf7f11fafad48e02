import Atomics
import CoreMetrics
import HTTPSupport
import Logging
import PostgresClient
import ServiceLifecycle
import Synchronization
import TenantRegistry

/// Looks after the nodes that tenants are on besides the registry's. One that is away stops nothing:
/// its tenants get 503 while it is. One that does not keep tenants apart, or has too few connections
/// for all processes, is as unfit as the registry's would be: its tenants are not served.
final class NodeWatch: Service {
  private enum Health: Equatable {
    case fit, away, unfit
  }

  private let directory: TenantDirectory
  private let client: PostgresClient
  private let roles: DatabaseRoles
  private let connections: Int
  private let interval: Duration
  private let logger: Logger
  private let away: Meter
  private let unfit: Meter
  private let health = Mutex<[PostgresLogin: Health]>([:])
  private let unfitCells = Mutex<Set<Int>>([])
  private let hasUnfitCells = ManagedAtomic(false)
  /// Is reached when every node has been looked at once.
  let looked = Milestone()

  /// - Parameters:
  ///   - roles: what the roles of this installation are called.
  ///   - connections: how many connections all processes may open together on one node.
  init(
    _ directory: TenantDirectory, client: PostgresClient, roles: DatabaseRoles, connections: Int,
    interval: Duration, metrics: any MetricsFactory, logger: Logger
  ) {
    self.directory = directory
    self.client = client
    self.roles = roles
    self.connections = connections
    self.interval = interval
    self.logger = logger
    away = Meter(label: "terrace_nodes_away", factory: metrics)
    unfit = Meter(label: "terrace_nodes_unfit", factory: metrics)
  }

  /// Whether every node has been looked at once.
  var hasLooked: Bool { looked.isReached }

  /// Whether tenants of that cell may be served.
  func isFit(cell: Int) -> Bool {
    guard hasLooked else { return !directory.otherNodes.values.contains { $0.contains(cell) } }
    guard hasUnfitCells.load(ordering: .relaxed) else { return true }
    return !unfitCells.withLock { $0.contains(cell) }
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await self.directory.loaded.wait()
      guard !Task.isCancelled else { return }
      repeat { await self.look() } while (try? await Task.sleep(for: self.interval)) != nil
    }
  }

  private func look() async {
    let nodes = directory.otherNodes
    let found = await withTaskGroup(of: (PostgresLogin, Health).self) { group in
      for login in nodes.keys { group.addTask { (login, await self.health(of: login)) } }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    guard !Task.isCancelled else { return }
    health.withLock { $0 = found }
    let cells = Set(nodes.filter { found[$0.key] == .unfit }.values.joined())
    unfitCells.withLock { $0 = cells }
    hasUnfitCells.store(!cells.isEmpty, ordering: .relaxed)
    away.set(found.values.count { $0 == .away })
    unfit.set(found.values.count { $0 == .unfit })
    looked.reach()
  }

  private func health(of login: PostgresLogin) async -> Health {
    let before = health.withLock { $0[login] }
    let node: Logger.Metadata = ["node": "\(login.host):\(login.port)"]
    do {
      let database = client.database(login)
      let findings = try await DatabaseCheck(database, roles: roles, connections: connections)
        .findings().filter(\.blocksServing)
      if findings.isEmpty {
        if before ?? .fit != .fit { logger.notice("a node is back", metadata: node) }
        return .fit
      }
      if before != .unfit {
        let problems = findings.map(\.description).joined(separator: "; ")
        logger.error(
          "a node is not as it must be: its tenants are not served",
          metadata: node.merging(["problems": "\(problems)"]) { $1 })
      }
      return .unfit
    } catch {
      if before != .away, !Task.isCancelled {
        logger.error(
          "a node is away: its tenants get 503",
          metadata: node.merging(["error": "\(String(reflecting: error))"]) { $1 })
      }
      return .away
    }
  }
}
