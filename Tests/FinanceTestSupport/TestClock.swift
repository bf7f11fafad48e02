import Foundation
import Synchronization

/// A clock that stands still until it is set.
package final class TestClock: Sendable {
  private let instant = Mutex(Date(timeIntervalSince1970: 0))

  package init() {}

  /// - Parameter text: RFC 3339, such as `2026-03-01T00:00:00Z`.
  package func set(_ text: String) throws {
    let date = try Date(text, strategy: .iso8601)
    instant.withLock { $0 = date }
  }

  package var now: Date { instant.withLock { $0 } }
}
