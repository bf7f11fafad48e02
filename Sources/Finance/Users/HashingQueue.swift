import Tenancy

/// Decides which waiting request hashes next. A bounded number of hashes run at once. The rest wait:
/// hosts and sites take turns over all tenants, and tenants over all their clients. When the queue is
/// full, a requester with few places takes one from whoever has most, so that nobody's flood keeps
/// the others out.
///
/// Sites are counted beside hosts, since one site may have thousands of hosts.
///
/// A pure state machine. `id` names a waiting request; its `Waiter` is how it is told.
struct HashingQueue<Waiter> {
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
    let requester: Requester
    let waiter: Waiter
  }

  let limits: PasswordHasher.Limits
  private(set) var running = 0
  /// In the order in which they came. They are few, and a hash takes far longer than to go through
  /// them.
  private var waiting: [Entry] = []
  private var tenants = TurnCount<TenantID>()
  private var hosts = TurnCount<String>()
  private var sites = TurnCount<String>()

  init(limits: PasswordHasher.Limits) {
    self.limits = limits
  }

  var waitingCount: Int { waiting.count }

  mutating func admit(id: UInt64, waiter: Waiter, _ requester: Requester) -> Admission {
    if running < limits.concurrent {
      running += 1
      return .start
    }
    let isFull =
      waiting.count >= limits.waiting
      || waiting.count { $0.requester.tenant == requester.tenant } >= limits.waitingPerTenant
    let displaced = isFull ? makeRoom(for: requester) : nil
    guard !isFull || displaced != nil else { return .refuse }
    waiting.append(Entry(id: id, requester: requester, waiter: waiter))
    tenants.join(requester.tenant)
    hosts.join(requester.host)
    sites.join(requester.site)
    if let displaced { return .waitInPlaceOf(displaced.waiter) }
    return .wait
  }

  /// One hash is done.
  ///
  /// - Returns: the waiter that starts in its place: of those whose host and tenant have had fewest
  ///   turns together, the one that came first.
  mutating func finish() -> Waiter? {
    let next = waiting.indices.min { turns(of: waiting[$0]) < turns(of: waiting[$1]) }
    guard let next else {
      running -= 1
      return nil
    }
    tenants.countTurn(waiting[next].requester.tenant)
    hosts.countTurn(waiting[next].requester.host)
    sites.countTurn(waiting[next].requester.site)
    return remove(at: next).waiter
  }

  /// A request that waited no longer does; nil if it has started already.
  mutating func abandon(id: UInt64) -> Waiter? {
    waiting.firstIndex { $0.id == id }.map { remove(at: $0).waiter }
  }

  private func turns(of entry: Entry) -> Int {
    tenants[entry.requester.tenant]
      + max(hosts[entry.requester.host], sites[entry.requester.site])
  }

  private mutating func remove(at index: Int) -> Entry {
    let entry = waiting.remove(at: index)
    tenants.leave(entry.requester.tenant)
    hosts.leave(entry.requester.host)
    sites.leave(entry.requester.site)
    return entry
  }

  /// Takes out the last request of whoever has most, if this one has fewer: where the tenant is full,
  /// of its hosts or else its sites; otherwise of all hosts, sites, or else of all tenants.
  private mutating func makeRoom(for requester: Requester) -> Entry? {
    let tenant = requester.tenant
    let isFull = waiting.count { $0.requester.tenant == tenant } >= limits.waitingPerTenant
    let last =
      lastOfMost(among: { !isFull || $0.tenant == tenant ? $0.host : nil }, for: requester.host)
      ?? lastOfMost(among: { !isFull || $0.tenant == tenant ? $0.site : nil }, for: requester.site)
      ?? (isFull ? nil : lastOfMost(among: { $0.tenant }, for: tenant))
    return last.map { remove(at: $0) }
  }

  /// The last request of the key that has most, if `newcomer` with one more has fewer.
  private func lastOfMost<Key: Hashable>(
    among key: (Requester) -> Key?, for newcomer: Key
  ) -> Int? {
    var counts: [Key: Int] = [:]
    for case let key? in waiting.map({ key($0.requester) }) { counts[key, default: 0] += 1 }
    guard let most = counts.values.max(), counts[newcomer, default: 0] + 1 < most else {
      return nil
    }
    return waiting.lastIndex { key($0.requester).map { counts[$0] == most } ?? false }
  }
}

/// How many turns each key has had of late. Who has nothing waiting is forgotten, and who comes
/// anew has had as many as the one that has had fewest.
private struct TurnCount<Key: Hashable> {
  private var keys: [Key: (turns: Int, waiting: Int)] = [:]

  subscript(key: Key) -> Int { keys[key]?.turns ?? 0 }

  mutating func join(_ key: Key) {
    let fewest = keys[key] == nil ? keys.values.map(\.turns).min() ?? 0 : 0
    keys[key, default: (fewest, 0)].waiting += 1
  }

  mutating func countTurn(_ key: Key) {
    keys[key]?.turns += 1
  }

  mutating func leave(_ key: Key) {
    guard let count = keys[key]?.waiting else { return }
    if count > 1 { keys[key]?.waiting = count - 1 } else { keys[key] = nil }
  }
}

extension HashingQueue.Admission: Equatable where Waiter: Equatable {}
extension HashingQueue.Admission: Sendable where Waiter: Sendable {}
