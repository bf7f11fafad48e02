import Glibc
import Synchronization

/// The time of day in UTC as text, to the second and made once a second.
package final class Timestamp: Sendable {
  /// The value of the field `Date`.
  static let http = Timestamp("%a, %d %b %Y %H:%M:%S GMT")
  /// RFC 3339: `2026-11-23T01:13:47Z`.
  package static let rfc3339 = Timestamp("%Y-%m-%dT%H:%M:%SZ")

  private let format: String
  private let cached = Mutex<(second: Int, text: String)>((-1, ""))

  /// - Parameter format: `strftime`'s, in the C locale.
  private init(_ format: String) {
    self.format = format
  }

  package func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return cached.withLock { cached in
      if cached.second != time.tv_sec { cached = (time.tv_sec, text(of: time.tv_sec)) }
      return cached.text
    }
  }

  private func text(of second: time_t) -> String {
    var second = second
    var parts = tm()
    gmtime_r(&second, &parts)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      let length = strftime(buffer.baseAddress, buffer.count, format, &parts)
      return String(decoding: UnsafeRawBufferPointer(buffer).prefix(length), as: UTF8.self)
    }
  }
}
