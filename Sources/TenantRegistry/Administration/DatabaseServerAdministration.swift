import HTTPSupport
import PostgresClient

/// Adds nodes, for cells to come. It holds the owner's login, which every node must have.
public struct DatabaseServerAdministration: Sendable {
  private let owner: PostgresDatabase
  private let store: DatabaseServerStore
  private let leases: GatewayLeaseStore
  private let roles: DatabaseRoles

  /// - Parameters:
  ///   - owner: the registry's database as its owner.
  ///   - roles: what the roles are called, there and on every node.
  public init(owner: PostgresDatabase, roles: DatabaseRoles = .standard) {
    self.owner = owner
    self.roles = roles
    store = DatabaseServerStore(database: owner)
    leases = GatewayLeaseStore(database: owner)
  }

  public func nodes() async throws -> [DatabaseServer] { try await store.nodes() }

  /// - Throws: ``Problem`` 404; ``PostgresError``.
  public func node(_ name: String) async throws -> DatabaseServer {
    guard let node = try await store.nodes().first(where: { $0.name == name }) else {
      throw Problem(.notFound, type: "unknown-node", title: "There is no such node")
    }
    return node
  }

  /// Adds a node that `terrace bootstrap` has prepared. New cells go to the node that has the fewest.
  ///
  /// Idempotent: the same name and address again answer with the node.
  ///
  /// - Throws: ``Problem`` 409 `node-taken` if another node has the name or the address; 422
  ///   `node-unreachable`, or `node-unfit` with all that is wrong; ``PostgresError``.
  public func add(_ name: String, _ address: DatabaseServer.Address, actor: String) async throws
    -> (
      node: DatabaseServer, isNew: Bool
    )
  {
    let needsRowSecurity = try await check(address)
    let (node, isNew) = try await store.add(
      name, address, needsRowSecurity: needsRowSecurity, actor: actor)
    guard node.name == name, node.address == address else {
      throw Problem(
        .conflict, type: "node-taken", title: "The node is there already",
        detail: "\(node.name) is at \(node.address.map(\.description) ?? "the registry's address")")
    }
    return (node, isNew)
  }

  /// Has a node be reached somewhere else: its server got another name, or another took its place.
  /// Returns once every live gateway goes there, or after a second with those that do not.
  ///
  /// - Throws: ``Problem`` 404; 409 `node-taken` if another node has the address, or for the
  ///   registry's own node; 422 as ``add(_:_:actor:)``, also if the node's tenants are not there;
  ///   what `precondition` throws, and then nothing has changed; ``PostgresError``.
  public func relocate(
    _ name: String, to address: DatabaseServer.Address, actor: String,
    if precondition: Precondition<DatabaseServer>? = nil
  ) async throws -> (node: DatabaseServer, pendingGateways: [String]) {
    let node = try await node(name)
    guard node.address != nil else {
      throw Problem(
        .conflict, type: "node-taken", title: "The node is the registry's own",
        detail: "all processes reach it at their TERRACE_DATABASE_HOST")
    }
    let needsRowSecurity = try await check(address)
    if needsRowSecurity != node.needsRowSecurity {
      throw Self.unsuitable(["its tables \(needsRowSecurity ? "need" : "have no") row-level gates"])
    }
    if let reason = try await store.refusal(of: name, at: address) {
      throw Self.unsuitable([reason])
    }
    guard
      let (moved, revision) = try await store.relocate(
        name, to: address, actor: actor, if: precondition)
    else {
      throw Problem(.conflict, type: "node-taken", title: "Another node is at that address")
    }
    return (moved, try await leases.awaitAcknowledgement(of: revision, tenant: nil))
  }

  /// Whether the node's tenants need a row-level gate.
  private func check(_ address: DatabaseServer.Address) async throws -> Bool {
    do {
      let node = owner.on(host: address.host, port: address.port)
      let findings = try await DatabaseCheck(node, roles: roles).findings().filter(\.blocksServing)
      guard findings.isEmpty else { throw Self.unsuitable(findings.map(\.description)) }
      let (hasRegistry, needsRowSecurity) = try await store.look(at: address)
      guard !hasRegistry else { throw Self.unsuitable(["it has a registry of its own"]) }
      return needsRowSecurity
    } catch let error as PostgresError where error.code != .server {
      throw Problem(
        .unprocessableContent, type: "node-unreachable", title: "The node cannot be reached",
        detail: "no login as \(roles.owner) at \(address), with the password that it has here: "
          + "was `terrace bootstrap` run there, with the same TERRACE_ROLE_PREFIX?")
    }
  }

  private static func unsuitable(_ findings: [String]) -> Problem {
    Problem(
      .unprocessableContent, type: "node-unfit",
      title: "The node's database is not as it must be", detail: findings.joined(separator: "; "))
  }
}

extension DatabaseServer.Address: CustomStringConvertible {
  public var description: String { "\(host):\(port)" }
}
