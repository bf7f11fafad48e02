import Foundation
import Metrics

/// What a process shares among all tenants: the clock, and the threads that hash
/// passwords.
package struct FinanceEnvironment: Sendable {
  let now: @Sendable () -> Date
  let hasher: PasswordHasher
  let attempts: LoginThrottle
  /// Of the second factor.
  let codeAttempts: LoginThrottle

  /// By the process's clock.
  package var time: Date { now() }

  /// - Parameters:
  ///   - passwordCost: what hashing a new password takes.
  ///   - concurrentHashes: how many passwords are hashed at once; each takes a core and 32 MiB
  ///     while it lasts. At least 1; nil is one for two cores.
  ///   - metrics: where the numbers of the queue for hashing go.
  ///   - now: the clock that decides which day it is.
  package init(
    passwordCost: ScryptParameters = .standard,
    concurrentHashes: Int? = nil, metrics: any MetricsFactory = MetricsSystem.factory,
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    let concurrent = concurrentHashes ?? max(1, ProcessInfo.processInfo.activeProcessorCount / 2)
    self.init(
      hasher: PasswordHasher(
        parameters: passwordCost, limits: .init(concurrent: concurrent), metrics: metrics),
      now: now)
  }

  init(hasher: PasswordHasher, now: @escaping @Sendable () -> Date) {
    self.now = now
    self.hasher = hasher
    attempts = LoginThrottle(now: now)
    codeAttempts = LoginThrottle(.codes, now: now)
  }
}
