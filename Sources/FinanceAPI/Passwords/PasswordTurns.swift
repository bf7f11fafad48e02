import DequeModule
import Tenancy

/// Who may hash next: a bounded number of hashes at once; the rest wait while tenants take turns,
/// and within a tenant its peers.
///
/// A pure state machine. `id` names a waiting request; its `Waiter` is how it is told.
struct PasswordTurns<Waiter> {
  enum Admission: Equatable {
    /// Go on; ``finish()`` must follow.
    case start
    /// Wait until ``finish()`` returns the waiter, or ``abandon(id:)`` does.
    case wait
    /// As many wait as may.
    case refuse
  }

  private typealias Entry = (id: UInt64, waiter: Waiter)

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
    guard waiting.count < limits.waiting, waiting.count(of: tenant) < limits.waitingPerTenant else {
      return .refuse
    }
    waiting.withLane(tenant) { peers in
      peers.withLane(peer) { $0.append((id, waiter)) }
    }
    return .wait
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
    waiting.removeFirst { $0.id == id }?.waiter
  }
}
