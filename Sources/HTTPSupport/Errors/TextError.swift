import HTTPTypes
import Hummingbird
import NIOCore

/// An error whose body is a plain text, as the routes of old answer: `text/html; charset=utf-8`.
public struct TextError: Error, Sendable, HTTPResponseError {
  public let status: HTTPResponse.Status
  public let message: String
  /// Fields that go with the response, such as `WWW-Authenticate`.
  public let headers: HTTPFields

  public init(
    _ status: HTTPResponse.Status, _ message: String, headers: HTTPFields = [:]
  ) {
    self.status = status
    self.message = message
    self.headers = headers
  }

  public var response: Response {
    var response = Response.text(message, status: status)
    response.headers.append(contentsOf: headers)
    return response
  }

  public func response(from request: Request, context: some RequestContext) -> Response {
    response
  }
}

extension Response {
  /// A text in the manner of the routes of old: `text/html; charset=utf-8`.
  ///
  /// `text` must not hold anything that a client sent: a browser reads it as HTML.
  public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "text/html; charset=utf-8"],
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
