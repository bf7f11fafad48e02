import Foundation
import Synchronization

/// A clock that stands still until it is set.
final class TestClock: Sendable {
  private let instant = Mutex(Date(timeIntervalSince1970: 0))

  /// - Parameter text: RFC 3339, such as `2026-03-01T00:00:00Z`.
  func set(_ text: String) throws {
    let date = try Date(text, strategy: .iso8601)
    instant.withLock { $0 = date }
  }

  var now: Date { instant.withLock { $0 } }
}
