import HTTPTypes
import HummingbirdCore
import NIOHTTP1

/// Answers all the requests of a listener. Errors are its own business: it turns them into
/// responses.
public protocol RequestHandler: Sendable {
  func handle(_ request: Request, _ exchange: HTTPExchange) async -> HandledRequest

  /// The response to a request that the listener refuses, or gives up while it is handled.
  func response(to refusal: RequestRefusal, _ exchange: HTTPExchange) -> Response
}

/// Why a listener answers a request by itself.
public enum RequestRefusal: Error, Sendable {
  /// The bytes are no request.
  case malformed(HTTPParserError)
  /// Nobody knows the method.
  case unknownMethod
  /// The body is in a transfer coding that is not known.
  case unknownTransferCoding
  /// The request took longer than any may.
  case overdue
  /// The client has stopped in the middle of its request's body.
  case stalledBody
}

/// A response, and what the log and the metrics want to know of how it came about.
public struct HandledRequest: Sendable {
  public var response: Response
  /// The pattern that matched, such as `/admin/tenants/{slug}`; never a path with a client's
  /// values in it.
  public var route: String?
  /// Whose request it was, in the words of the service.
  public var label: String?
  /// The client's address, where it is not the connection's peer.
  public var client: String?

  public init(_ response: Response, route: String? = nil, label: String? = nil) {
    self.response = response
    self.route = route
    self.label = label
  }
}

/// Takes note of the requests of a listener once they are answered.
public protocol RequestObserver: Sendable {
  /// - Parameter method: the request's; nil if it could not be read.
  func observe(
    _ method: HTTPRequest.Method?, _ handled: HandledRequest, _ exchange: HTTPExchange,
    _ duration: Duration)
}
