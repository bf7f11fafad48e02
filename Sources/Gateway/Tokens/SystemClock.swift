import Glibc

/// The time of day, cheaply.
enum SystemClock {
  /// Whole seconds since 1970; some milliseconds late at most.
  @Sendable static func seconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return Int64(time.tv_sec)
  }
}
