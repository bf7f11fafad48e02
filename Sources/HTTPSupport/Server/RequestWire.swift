import HTTPTypes
import Tenancy

/// What the handler of a request may ask of what the request came over.
protocol RequestWire: AnyObject, Sendable {
  /// The trailers of the request, once its body has been read to its end.
  var trailers: HTTPFields? { get }

  /// Waits until a request of `tenant` may begin.
  func takeTurn(of tenant: TenantID?) async

  /// The request's time has no end from now on, other than the client's or the wire's silence.
  func liftDeadline()

  /// Sends an informational response (1xx) ahead of the response, without waiting for the client
  /// to read it. It is dropped where it cannot be sent.
  func inform(_ response: HTTPResponse)
}
