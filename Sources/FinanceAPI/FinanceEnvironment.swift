import Foundation

/// What the finance API of a process shares among all tenants: the clock.
public struct FinanceEnvironment: Sendable {
  let now: @Sendable () -> Date

  /// - Parameter now: the clock that decides which day and month it is.
  public init(now: @escaping @Sendable () -> Date = { Date() }) {
    self.now = now
  }
}
