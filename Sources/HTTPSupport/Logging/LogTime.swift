import Glibc
import Synchronization

/// The time of day as logs and HTTP write it, made once a second.
enum LogTime {
  private static let cached = Mutex<(second: Int, text: String)>((-1, ""))

  /// RFC 3339 in UTC, to the second: `2026-11-23T01:13:47Z`.
  static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return cached.withLock { cached in
      if cached.second != time.tv_sec {
        cached = (time.tv_sec, format(time.tv_sec, "%Y-%m-%dT%H:%M:%SZ"))
      }
      return cached.text
    }
  }

  /// `strftime` in UTC and the C locale.
  static func format(_ second: time_t, _ format: String) -> String {
    var second = second
    var parts = tm()
    gmtime_r(&second, &parts)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      let length = strftime(buffer.baseAddress, buffer.count, format, &parts)
      return String(
        decoding: UnsafeRawBufferPointer(buffer).prefix(length), as: UTF8.self)
    }
  }
}
