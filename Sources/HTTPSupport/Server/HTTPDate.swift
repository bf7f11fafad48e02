import Glibc
import Synchronization

/// The value of the field `Date`, made once a second.
enum HTTPDate {
  private static let cached = Mutex<(second: Int, text: String)>((-1, ""))

  static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return cached.withLock { cached in
      if cached.second != time.tv_sec {
        cached = (time.tv_sec, LogTime.format(time.tv_sec, "%a, %d %b %Y %H:%M:%S GMT"))
      }
      return cached.text
    }
  }
}
