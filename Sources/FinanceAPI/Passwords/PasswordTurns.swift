import DequeModule
import HTTPSupport
import Tenancy

/// Who may hash next: a bounded number of hashes at once; the rest wait while tenants take turns,
/// and within a tenant its peers. When as many wait as may, who has few takes the place of who has
/// most, so that nobody's flood keeps the others out.
///
/// A pure state machine. `id` names a waiting request; its `Waiter` is how it is told.
struct PasswordTurns<Waiter> {
  enum Admission {
    /// Go on; ``finish()`` must follow.
    case start
    /// Wait until ``finish()``, ``abandon(id:)`` or another's admission returns the waiter.
    case wait
    /// Wait, in the place of this one, which is refused instead.
    case waitInPlaceOf(Waiter)
    /// As many wait as may.
    case refuse
  }

  private struct Entry {
    let id: UInt64
    let peer: String
    let waiter: Waiter
  }

  let limits: PasswordHasher.Limits
  private(set) var running = 0
  private var waiting = TurnQueue<TenantID, TurnQueue<String, Deque<Entry>>>()

  init(limits: PasswordHasher.Limits) {
    self.limits = limits
  }

  var waitingCount: Int { waiting.count }

  mutating func admit(id: UInt64, waiter: Waiter, tenant: TenantID, peer: String) -> Admission {
    if running < limits.concurrent {
      running += 1
      return .start
    }
    let isFull =
      waiting.count >= limits.waiting || waiting.count(of: tenant) >= limits.waitingPerTenant
    let displaced = isFull ? makeRoom(tenant: tenant, peer: peer) : nil
    guard !isFull || displaced != nil else { return .refuse }
    waiting.withLane(tenant) { peers in
      peers.withLane(peer) { $0.append(Entry(id: id, peer: peer, waiter: waiter)) }
    }
    if let displaced { return .waitInPlaceOf(displaced.waiter) }
    return .wait
  }

  /// Takes out the last request of whoever has most, if this one has fewer: where the tenant is full,
  /// of its peers; otherwise of all peers, or else of all tenants.
  private mutating func makeRoom(tenant: TenantID, peer: String) -> Entry? {
    guard waiting.count(of: tenant) >= limits.waitingPerTenant else {
      return makeRoom(peer: peer) ?? waiting.makeRoom(for: tenant)
    }
    var displaced: Entry?
    waiting.withLane(tenant) { displaced = $0.makeRoom(for: peer) }
    return displaced
  }

  /// Takes out the last request of the peer that has most over all tenants.
  private mutating func makeRoom(peer: String) -> Entry? {
    let counts: [String: Int] = waiting.lanes.values.reduce(into: [:]) { counts, peers in
      counts.merge(peers.lanes.mapValues(\.count), uniquingKeysWith: +)
    }
    guard let most = counts.max(by: { $0.value < $1.value }),
      counts[peer, default: 0] + 1 < most.value
    else { return nil }
    return waiting.removeLast { $0.peer == most.key }
  }

  /// One hash is done.
  ///
  /// - Returns: the waiter that starts in its place.
  mutating func finish() -> Waiter? {
    if let next = waiting.popFirst() { return next.waiter }
    running -= 1
    return nil
  }

  /// A request that waited no longer does; nil if it has started already.
  mutating func abandon(id: UInt64) -> Waiter? {
    waiting.removeLast { $0.id == id }?.waiter
  }
}

extension PasswordTurns.Admission: Equatable where Waiter: Equatable {}
extension PasswordTurns.Admission: Sendable where Waiter: Sendable {}
