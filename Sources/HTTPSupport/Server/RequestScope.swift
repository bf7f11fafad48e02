import HTTPTypes
import Logging

/// What goes with a request for as long as it is served. A class, since all that serve it pass it on.
public final class RequestScope: Sendable {
  /// The request's name in logs and problems.
  public let id: String
  public let connection: Connection
  /// The caller's trace, if it sent one.
  public let trace: TraceContext?
  private let base: Logger
  private let wire: (any RequestWire)?

  init(
    id: String, connection: Connection, trace: TraceContext?, logger: Logger,
    wire: (any RequestWire)?
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

  /// The trailers of the request, once its body has been read to its end: RFC 9110, section 6.5.
  public var trailers: HTTPFields? { wire?.trailers }

  /// Sends an informational response (1xx) ahead of the response, without waiting for the client
  /// to read it. Dropped for clients that know none, and once the response has begun.
  public func inform(_ response: HTTPResponse) {
    wire?.inform(response)
  }

  /// A logger that names the request, under the key that Hummingbird reads.
  public var logger: Logger {
    var logger = base
    logger[metadataKey: "hb.request.id"] = .string(id)
    if let trace { logger[metadataKey: "trace_id"] = .string(trace.traceID) }
    return logger
  }
}
