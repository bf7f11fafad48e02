import Logging

/// What goes with a request for as long as it is served. A class, since all that serve it pass it on.
public final class RequestScope: Sendable {
  /// The request's name in logs and problems.
  public let id: String
  public let connection: Connection
  /// The caller's trace, if it sent one.
  public let trace: TraceContext?
  private let base: Logger
  private let wire: HTTP1Handler?

  init(
    id: String, connection: Connection, trace: TraceContext?, logger: Logger, wire: HTTP1Handler?
  ) {
    self.id = id
    self.connection = connection
    self.trace = trace
    base = logger
    self.wire = wire
  }

  /// The handler bounds its own time, and the listener's deadline for a request counts no more:
  /// for bodies that stream for as long as they keep coming.
  public func liftDeadline() {
    wire?.liftDeadline()
  }

  /// A logger that names the request, under the key that Hummingbird reads.
  public var logger: Logger {
    var logger = base
    logger[metadataKey: "hb.request.id"] = .string(id)
    if let trace { logger[metadataKey: "trace_id"] = .string(trace.traceID) }
    return logger
  }
}
