import Atomics

/// Whether the process is on its way out. One for all listeners.
public final class Drain: Sendable {
  private let flag = ManagedAtomic(false)

  public init() {}

  /// From now on every response asks its client to close the connection.
  public func begin() {
    flag.store(true, ordering: .releasing)
  }

  public var hasBegun: Bool { flag.load(ordering: .relaxed) }
}
