import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// What goes with a request for as long as it is served. A class, since all that serve it pass it on.
public final class HTTPExchange: Sendable {
  /// The request's name in logs and problems.
  public let id: String
  /// The version of HTTP that the request came in.
  public let version: HTTPVersion
  public let connection: Connection
  private let currentTrace: Mutex<TraceContext?>
  private let base: Logger
  private let wire: (any RequestConnection)?

  init(
    id: String, version: HTTPVersion, connection: Connection, trace: TraceContext?,
    logger: Logger, wire: (any RequestConnection)?
  ) {
    self.id = id
    self.version = version
    self.connection = connection
    currentTrace = Mutex(trace)
    base = logger
    self.wire = wire
  }

  /// The trace that logs name: the one that the request goes on in, or else its caller's, if it
  /// sent one.
  public var trace: TraceContext? { currentTrace.withLock { $0 } }

  /// The request goes on to another server in this trace.
  public func goOn(in trace: TraceContext) {
    currentTrace.withLock { $0 = trace }
  }

  /// Waits until a request with this key may begin, among all that have come in on this event loop.
  /// To be called once, as soon as it is known whose the request is.
  ///
  /// - Parameter key: Whose it is; nil if it is nobody's.
  public func admit(as key: SchedulingKey?) async {
    await wire?.admit(as: key)
  }

  /// The handler bounds its own time, and the listener's deadline for a request counts no more:
  /// for bodies that stream for as long as they keep coming.
  public func liftDeadline() {
    wire?.liftDeadline()
  }

  /// Whenever a kilobyte of the body has come, and at its end, the listener's deadline for a request
  /// begins anew: for large bodies over slow lines.
  public func renewDeadlineWhileBodyComes() {
    wire?.renewDeadlineWhileBodyComes()
  }

  /// The listener's deadline for the request begins anew: for whoever has got on with a long work.
  public func renewDeadline() {
    wire?.renewDeadline()
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

/// A connection that requests come over.
public struct Connection: Sendable {
  public let channel: any Channel
  /// The peer's address as text; `unix` for a Unix socket.
  public let peer: String
  /// Whether it is TLS.
  public let isSecure: Bool
  /// Whether the peer is a proxy whose forwarding headers count.
  public let isTrusted: Bool
  /// Whether the peer has shown a certificate that the listener demands: it is the gateway.
  public let isGateway: Bool
}

/// What the handler of a request may ask of what the request came over.
protocol RequestConnection: AnyObject, Sendable {
  /// The trailers of the request, once its body has been read to its end.
  var trailers: HTTPFields? { get }

  /// Waits until a request with this key may begin.
  func admit(as key: SchedulingKey?) async

  /// The request's time has no end from now on, other than the client's or the wire's silence.
  func liftDeadline()

  /// Progress of the request's body puts its deadline off.
  func renewDeadlineWhileBodyComes()

  /// Work on the request that has got on puts its deadline off.
  func renewDeadline()

  /// Sends an informational response (1xx) ahead of the response, without waiting for the client
  /// to read it. It is dropped where it cannot be sent.
  func inform(_ response: HTTPResponse)
}
