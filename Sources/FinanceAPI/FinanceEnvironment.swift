import Foundation

/// What the finance API of a process shares among all tenants: the clock, and the threads that hash
/// passwords.
public struct FinanceEnvironment: Sendable {
  let clock: CivilClock
  let hasher: PasswordHasher

  /// - Parameters:
  ///   - concurrentHashes: how many passwords are hashed at once; each takes a core and 32 MiB
  ///     while it lasts. At least 1.
  ///   - now: the clock that decides which day it is.
  public init(
    concurrentHashes: Int = max(1, ProcessInfo.processInfo.activeProcessorCount / 2),
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.init(
      hasher: PasswordHasher(
        parameters: .standard, limits: .init(concurrent: concurrentHashes)), now: now)
  }

  init(hasher: PasswordHasher, now: @escaping @Sendable () -> Date) {
    clock = CivilClock(now: now)
    self.hasher = hasher
  }
}
