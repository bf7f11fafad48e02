import CoreMetrics
import Glibc
import Synchronization

/// What the process itself takes, under the names that Prometheus' own clients use.
public struct ProcessMetrics: Sendable {
  private let memory: Meter
  private let time: FloatingPointCounter
  private let counted: Counted

  private final class Counted: Sendable {
    let seconds = Mutex(0.0)
  }

  public init(factory: any MetricsFactory) {
    memory = Meter(label: "process_resident_memory_bytes", factory: factory)
    time = FloatingPointCounter(label: "process_cpu_seconds_total", factory: factory)
    counted = Counted()
  }

  /// Reads the numbers anew.
  public func refresh() {
    if let resident = Self.residentMemory() { memory.set(resident) }
    let seconds = Self.processorTime()
    counted.seconds.withLock { counted in
      time.increment(by: seconds - counted)
      counted = seconds
    }
  }

  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// In bytes; nil where `/proc` is not there.
  private static func residentMemory() -> Int64? {
    guard let file = fopen("/proc/self/statm", "r") else { return nil }
    defer { fclose(file) }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard fgets(buffer.baseAddress, Int32(buffer.count), file) != nil,
        let text = buffer.baseAddress.map({ String(cString: $0) })
      else { return nil }
      let pages = text.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
      return pages.map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) }
    }
  }
}
