import Synchronization
import Tenancy

/// When this process last wrote down that a secret was used, so that it does so now and then only.
final class RecentUses: Sendable {
  private let interval: Duration
  private let written = Mutex(
    GenerationalCache<[UInt8], ContinuousClock.Instant>(capacity: 4096))

  init(every interval: Duration) {
    self.interval = interval
  }

  /// Whether the use of the secret with this hash is to be written down now.
  func isDue(_ hash: [UInt8]) -> Bool {
    let now = ContinuousClock.now
    return written.withLock { written in
      if let last = written.entry(for: hash), last.duration(to: now) < interval { return false }
      written.insert(now, for: hash)
      return true
    }
  }
}
