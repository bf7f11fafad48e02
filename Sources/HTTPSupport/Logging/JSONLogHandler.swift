import Dispatch
import Glibc
import HTTPServer
import Logging
import Synchronization

/// A swift-log backend that writes one JSON object per line.
///
/// `time`, `level`, `logger` and `msg` come first, then the metadata as strings, `request_id` for
/// the id that Hummingbird calls `hb.request.id`.
public struct JSONLogHandler: LogHandler {
  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?
  private let label: String
  private let writer: LogWriter
  /// Apart from the other metadata, since each request sets it: a field costs no dictionary.
  private var requestID: String?

  private static let requestIDKey = "hb.request.id"

  public init(label: String, writer: LogWriter, level: Logger.Level = .info) {
    self.label = label
    self.writer = writer
    logLevel = level
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { key == Self.requestIDKey ? requestID.map { .string($0) } : metadata[key] }
    set {
      if key == Self.requestIDKey {
        requestID = newValue?.description
      } else {
        metadata[key] = newValue
      }
    }
  }

  public func log(event: LogEvent) {
    var fields = metadata
    if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
    if let own = event.metadata { fields.merge(own) { $1 } }
    if let error = event.error { fields["error"] = "\(error)" }
    let time = Timestamp.rfc3339.now()
    writer.append { line in
      line.field("time", time)
      line.field("level", event.level.rawValue)
      line.field("logger", label)
      line.field("msg", event.message.description)
      if let requestID { line.field("request_id", requestID) }
      for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
        line.field(named: key, value.description)
      }
    }
  }
}

/// Gathers log lines and writes them to a file descriptor, off the caller's thread.
///
/// Lines are written at most 20 ms after they came. If the reader is so slow that 8 MiB wait,
/// further lines are dropped, and a line says how many.
public final class LogWriter: Sendable {
  private struct State {
    var waiting: [UInt8] = []
    var isScheduled = false
    var dropped = 0
  }

  private static let capacity = 8 << 20
  private static let delay = DispatchTimeInterval.milliseconds(20)

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "terrace.log")
  private let descriptor: Int32

  /// - Parameter descriptor: It stays the caller's.
  public init(descriptor: Int32 = STDERR_FILENO) {
    self.descriptor = descriptor
  }

  /// Appends one line, which `write` builds. It runs under a lock: it must not log.
  func append(_ write: (inout JSONLine) -> Void) {
    let mustSchedule = state.withLock { state in
      guard state.waiting.count < Self.capacity else {
        state.dropped += 1
        return false
      }
      var line = JSONLine(appendingTo: exchange(&state.waiting, with: []))
      write(&line)
      state.waiting = line.finish()
      return !exchange(&state.isScheduled, with: true)
    }
    if mustSchedule {
      queue.asyncAfter(deadline: .now() + Self.delay) { self.writeWaiting() }
    }
  }

  /// Writes what waits, and returns when that is done.
  public func flush() {
    queue.sync { writeWaiting() }
  }

  /// On the queue only, so that lines stay in order.
  private func writeWaiting() {
    var (bytes, dropped) = state.withLock { state in
      state.isScheduled = false
      return (exchange(&state.waiting, with: []), exchange(&state.dropped, with: 0))
    }
    if dropped > 0 {
      var line = JSONLine(appendingTo: bytes)
      line.field("msg", "log lines were dropped")
      line.field("count", Int64(dropped))
      bytes = line.finish()
    }
    writeAll(bytes)
  }

  private func writeAll(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if errno != EINTR {
          return
        }
      }
    }
  }
}
