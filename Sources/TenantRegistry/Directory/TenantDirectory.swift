import Atomics
import Foundation
import HTTPSupport
import Logging
import PostgresClient
import ServiceLifecycle
import Synchronization
import Tenancy

/// The tenants, as the registry has them: an immutable snapshot that readers take without a lock,
/// and a service that keeps it current.
///
/// The service LISTENs, asks again every two seconds, reads only what has changed, and then says
/// in its lease how far it has come. While the registry is away the snapshot stays as it is; after
/// ``TenantDirectoryConfiguration/maximumStaleness`` it is stale, and requests must be refused.
public final class TenantDirectory: Service, Sendable {
  let snapshot = ManagedAtomic(DirectorySnapshot.empty)
  /// When everything committed until then was in the snapshot: nanoseconds after `origin`; -1
  /// before the first load.
  private let knownUntil = ManagedAtomic<Int64>(-1)
  private let origin = ContinuousClock.now
  private let takesWritesNow = ManagedAtomic(true)
  /// Is reached with the first load.
  package let loaded = Milestone()
  let lease = UUID.random()
  let login: PostgresLogin
  private let source: any DirectorySource
  private let leases: GatewayLeaseStore
  let probes: UpstreamProbeStore
  private let inFlight = Mutex(InFlightRecords())
  /// The drained revision that the registry was last told.
  private let reportedRevision = ManagedAtomic<Int64>(-1)
  private let factory: TenantRecordFactory
  private let (wakes, wake) = AsyncStream.makeStream(
    of: RefreshTrigger.self, bufferingPolicy: .bufferingNewest(1))
  private let refreshWaiters = RefreshWaiters()
  private let configuration: TenantDirectoryConfiguration
  private let logger: Logger

  /// The directory of all tenants.
  ///
  /// - Parameters:
  ///   - login: the reader's, in the registry's database. The cells' logins are reached on
  ///     the same server, with passwords derived from the shared master key.
  public convenience init(
    client: PostgresClient, login: PostgresLogin, masterKeys: MasterKeys,
    configuration: TenantDirectoryConfiguration, logger: Logger
  ) {
    self.init(
      source: DirectoryStore(database: client.database(login), masterKeys: masterKeys),
      factory: TenantRecordFactory(client: client, login: login, access: .cells(masterKeys)),
      configuration: configuration, logger: logger)
  }

  /// The directory of one tenant, which these are the credentials of.
  public convenience init(
    client: PostgresClient, credentials: TenantCredentials,
    configuration: TenantDirectoryConfiguration, logger: Logger
  ) {
    let login = credentials.login
    self.init(
      source: OwnTenantStore(database: client.database(login), credentials: credentials),
      factory: TenantRecordFactory(client: client, login: login, access: .own(credentials.keys)),
      configuration: configuration, logger: logger)
  }

  init(
    source: any DirectorySource, factory: TenantRecordFactory,
    configuration: TenantDirectoryConfiguration, logger: Logger
  ) {
    self.source = source
    self.factory = factory
    login = factory.login
    let database = factory.client.database(factory.login)
    leases = GatewayLeaseStore(database: database)
    probes = UpstreamProbeStore(database: database)
    self.configuration = configuration
    self.logger = logger
  }

  /// Why the registry is asked.
  enum RefreshTrigger {
    /// It is time to: mostly nothing has changed.
    case time
    /// Something has changed, it was said: that is read at once.
    case notification
  }

  /// The tenant whose slug, or a former one, this is. Nil also before the first load.
  public func tenant(slug: String) -> TenantRecord? {
    guard !slug.utf8.contains(UInt8(ascii: ".")) else { return nil }
    return snapshot.load(ordering: .acquiring).tenants[slug]
  }

  /// The tenant that brought this host (in canonical form), if it is verified.
  public func tenant(customDomain host: String) -> TenantRecord? {
    guard host.utf8.contains(UInt8(ascii: ".")) else { return nil }
    return snapshot.load(ordering: .acquiring).tenants[host]
  }

  /// Whether the snapshot can be trusted: loaded, and the registry heard of within
  /// ``TenantDirectoryConfiguration/maximumStaleness``. If not, every request for a tenant,
  /// known or not, is a 503.
  public var isFresh: Bool {
    guard let age else { return false }
    return age < configuration.maximumStaleness
  }

  /// How long ago everything in the registry was in the snapshot; nil before the first load.
  public var age: Duration? {
    let known = knownUntil.load(ordering: .acquiring)
    guard known >= 0 else { return nil }
    return origin.duration(to: .now) - .nanoseconds(known)
  }

  /// Whether the registry took the lease when it was last asked to. While it takes no writes, nothing
  /// in it can change either, and the snapshot is good for as long as the registry can be read.
  public var takesWrites: Bool { takesWritesNow.load(ordering: .relaxed) }

  /// How many tenants the snapshot has.
  public var count: Int { snapshot.load(ordering: .acquiring).count }

  /// Keeps the snapshot current until the task is cancelled or graceful shutdown begins; then
  /// gives up the lease, for good: nobody waits for this gateway's acknowledgement any more. The
  /// Postgres client must outlive it.
  ///
  /// - Throws: ``MasterKeyError`` if the process was given another master key than the
  ///   registry's; ``CredentialError``.
  public func run() async throws {
    refreshWaiters.begin()
    defer { refreshWaiters.end() }
    try await cancelWhenGracefulShutdown {
      try await withThrowingDiscardingTaskGroup { group in
        group.addTask { await self.tick() }
        group.addTask { await self.listen() }
        for await trigger in self.wakes {
          let waiting = self.refreshWaiters.take()
          defer { for waiter in waiting { waiter.finish() } }
          try await self.synchronizeOrLog(trigger)
        }
        group.cancelAll()
      }
    }
  }

  private func tick() async {
    repeat {
      wake.yield(.time)
      try? await Task.sleep(for: configuration.pollInterval)
    } while !Task.isCancelled
  }

  /// For how long not to LISTEN after a flood.
  private static let floodPause = Duration.seconds(60)

  private func listen() async {
    var channel: String? = RegistryChannel.name
    while !Task.isCancelled {
      do {
        try await factory.client.withListener(
          login, channel: channel, first: GatewayLeaseStore.hold(lease),
          last: GatewayLeaseStore.release(lease)
        ) { listener in
          wake.yield(.time)
          try await follow(listener, atMost: channel == nil ? Self.floodPause : nil)
        }
        channel = RegistryChannel.name
        continue
      } catch let error as PostgresError where error.code == .flooded {
        channel = nil
        logger.warning(
          """
          too many notifications: a login of the database sends them. For a minute the registry is \
          asked every few seconds instead
          """)
        continue
      } catch {
        guard !Task.isCancelled else { return }
        logger.warning("not listening to the registry", metadata: ["error": "\(error)"])
      }
      try? await Task.sleep(for: .seconds(1))
    }
  }

  /// Takes notifications until the session is lost, or for so long.
  private func follow(_ listener: PostgresListener, atMost limit: Duration?) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for try await _ in listener.notifications { self.wake.yield(.notification) }
      }
      if let limit { group.addTask { try await Task.sleep(for: limit) } }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// - Throws: ``MasterKeyError`` and ``CredentialError`` alone: without the right keys
  ///   nothing will ever work.
  private func synchronizeOrLog(_ trigger: RefreshTrigger) async throws {
    do {
      try await synchronize(trigger)
    } catch let error as MasterKeyError {
      throw error
    } catch let error as CredentialError {
      throw error
    } catch {
      guard !Task.isCancelled else { return }
      logger.warning(
        "the registry cannot be read; serving what is known",
        metadata: ["error": "\(String(reflecting: error))", "age": "\(age ?? .zero)"])
    }
  }

  /// Brings the snapshot up to date and acknowledges it. Never run twice at once.
  func synchronize(_ trigger: RefreshTrigger = .time) async throws {
    let asked = origin.duration(to: .now)
    let revision = try await update(trigger)
    knownUntil.store(asked.nanoseconds, ordering: .releasing)
    if !loaded.isReached { loaded.reach() }
    // Only those that move tenants wait for it, which nobody does while nothing can be written.
    guard takesWrites else { return }
    if trigger == .time || inFlight.withLock({ !$0.isEmpty }) {
      try await reportDrained(at: revision)
    }
  }

  /// The revision that requests begin at now.
  private func update(_ trigger: RefreshTrigger) async throws -> Int64 {
    let current = snapshot.load(ordering: .acquiring)
    // A tenant's own process is notified of the changes of all.
    if trigger == .time || !isOfAllTenants {
      let revision = try await renewLease(current.revision)
      if let revision, revision == current.revision { return revision }
    }
    let (base, changes) = try await changes(in: current)
    snapshot.store(base.applying(changes, with: locatingFactory), ordering: .releasing)
    note(changes, in: current)
    // What the registry has by now may be more.
    _ = try await renewLease(changes.revision)
    return changes.revision
  }

  /// What changed, and what of.
  private func changes(in current: DirectorySnapshot) async throws
    -> (base: DirectorySnapshot, DirectoryChanges)
  {
    let changes = try await source.changes(since: current.revision)
    guard changes.revision < current.revision else { return (current, changes) }
    // A registry that went back was restored from a backup: nothing known is certain.
    return (.empty, try await source.changes(since: DirectorySnapshot.empty.revision))
  }

  private func note(_ changes: DirectoryChanges, in old: DirectorySnapshot) {
    for row in changes.tenants {
      guard let record = old.record(row.tenant.id),
        row.isolation == .dedicated || record.isolation == .dedicated
          || record.servedBy == .dedicated
      else { continue }
      inFlight.withLock { $0.add(record, at: changes.revision) }
    }
  }

  /// Says which requests are over. A tenant's own process need not: none moves without the gateways.
  private func reportDrained(at revision: Int64) async throws {
    guard isOfAllTenants else { return }
    let value = inFlight.withLock { $0.drainedRevision(at: revision) }
    guard value != reportedRevision.load(ordering: .relaxed) else { return }
    try await probes.reportDrained(value, by: lease)
    reportedRevision.store(value, ordering: .relaxed)
  }

  private var isOfAllTenants: Bool {
    if case .cells = factory.access { true } else { false }
  }

  private var locatingFactory: TenantRecordFactory {
    var factory = factory
    factory.whereNow = { [weak self] in await self?.databaseNow(of: $0) }
    return factory
  }

  /// The tenant's database as the registry has it now, or as it is known if the registry does not
  /// answer within a second: for those who do not reach it where it was.
  private func databaseNow(of tenant: TenantID) async -> PostgresDatabase? {
    await refreshWaiters.wait(atMost: .seconds(1)) { wake.yield(.time) }
    return record(tenant)?.database
  }

  func record(_ tenant: TenantID) -> TenantRecord? {
    snapshot.load(ordering: .acquiring).record(tenant)
  }

  /// - Returns: how far the registry is; nil if it takes no writes just now.
  /// - Throws: ``PostgresError``, also if the registry is on a standby: what is written then is written
  ///   on another server, and may not be here yet.
  private func renewLease(_ revision: Int64) async throws -> Int64? {
    do {
      let revision = try await leases.renew(
        lease, gateway: configuration.name, revision: revision,
        lifetime: configuration.maximumStaleness)
      note(takesWrites: true)
      return revision
    } catch let error as PostgresError where error.sqlState == "25006" {
      note(takesWrites: false)
      guard try await !leases.isOnStandby() else { throw error }
      return nil
    }
  }

  private func note(takesWrites: Bool) {
    guard takesWritesNow.exchange(takesWrites, ordering: .relaxed) != takesWrites else { return }
    if takesWrites {
      logger.notice("the registry takes writes again")
    } else {
      logger.warning("the registry takes no writes: tenants are served, and nothing is changed")
    }
  }
}

extension Duration {
  fileprivate var nanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}
