import Logging
import PostgresClient

/// Ends what dedicated tenants' logins hold open, as the owner.
///
/// An open transaction keeps the tables that it has read from being migrated, old rows from being
/// removed, and, where its session LISTENs, notifications in their queue. A login can lift
/// Postgres' own limits on that for itself, but cannot keep its sessions from being ended.
struct TenantSessionStore: Sendable {
  let database: PostgresDatabase
  /// How long a transaction may take.
  var limit = Duration.seconds(60)
  /// How long it may wait for its client.
  var idleLimit = Duration.seconds(10)

  /// Ends the sessions whose transaction is open for too long, whatever they do in it. A session
  /// that does not read its notifications is in a transaction, too.
  ///
  /// - Returns: the login of each, in order, and the logins that could not be looked at.
  func endOverdue() async throws -> (ended: [String], unseen: [String]) {
    let unseen = try await joinLogins()
    let ended: [String] = try await database.query(
      """
      select a.usename::text, pg_terminate_backend(a.pid)
      from pg_stat_activity a join registry.credentials c on c.login = a.usename
      where a.xact_start < clock_timestamp() - make_interval(secs => \(limit.components.seconds))
        or (a.state like 'idle in transaction%' and a.state_change
          < clock_timestamp() - make_interval(secs => \(idleLimit.components.seconds)))
      order by 1
      """
    ).map { try $0.decode(0) }
    return (ended, unseen)
  }

  /// Ends the sessions of tenants' logins that hold what a session of the owner has waited for, for
  /// a fifth of a second, whatever the age of their transactions. Called again and again while the
  /// owner waits: who comes later waits behind it.
  func endBlockers() async throws {
    _ = try await database.query(
      """
      select pg_terminate_backend(a.pid)
      from pg_stat_activity o, unnest(pg_blocking_pids(o.pid)) as blocker,
        pg_stat_activity a join registry.credentials c on c.login = a.usename
      where o.usename = current_user and o.wait_event_type = 'Lock'
        and o.query_start < clock_timestamp() - interval '200 milliseconds'
        and a.pid = blocker
      """)
  }

  /// Only a member of a role sees what its sessions do, and may end them. A login that an older
  /// release made meanwhile gets the rights that it lacks, too.
  ///
  /// - Returns: the logins of which the owner cannot be a member. They hold up no other.
  func joinLogins() async throws -> [String] {
    let logins: [String] = try await database.query(
      """
      select c.login from registry.credentials c join pg_roles r on r.rolname = c.login
      where c.revoked_at is null and not (pg_has_role(r.oid, 'usage')
        and coalesce(has_function_privilege(
          r.oid, to_regprocedure('registry.hold_lease(uuid)'), 'execute'), true))
      """
    ).map { try $0.decode(0) }
    var unseen: [String] = []
    for login in logins {
      do {
        _ = try await database.query(LoginSQL.join(login))
        // Fails until this build's migrations have run, and is then tried at the next look.
        _ = try? await database.transaction(
          [LoginSQL.lockSharedPrivileges] + LoginSQL.openRegistry(to: login))
      } catch {
        unseen.append(login)
      }
    }
    return unseen
  }
}

extension ReconcilerTask {
  /// Ends the sessions of dedicated tenants' logins that keep a transaction open: ten seconds without
  /// a statement, a minute in all.
  ///
  /// - Parameter owner: the registry's database as the owner.
  public static func transactionLimit(
    owner: PostgresDatabase, every interval: Duration = .seconds(5), logger: Logger
  ) -> ReconcilerTask {
    let sessions = TenantSessionStore(database: owner)
    return ReconcilerTask("transaction-limit", every: interval) {
      let (ended, unseen) = try await sessions.endOverdue()
      for login in unseen {
        logger.warning(
          "the owner cannot be made a member of a tenant's login: its transactions have no limit",
          metadata: ["login": "\(login)"])
      }
      for login in ended {
        logger.warning(
          "a tenant's login kept a transaction open: its session was ended",
          metadata: ["login": "\(login)"])
      }
    }
  }
}
