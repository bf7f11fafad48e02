import Logging

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
    let time = LogTime.now()
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
