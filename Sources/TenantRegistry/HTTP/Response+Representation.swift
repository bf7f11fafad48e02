import HTTPSupport
import HTTPTypes
import Hummingbird

extension Response {
  /// `body` with its `ETag`.
  static func json(
    showing body: some Representation, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) throws -> Response {
    var headers = headers
    headers[.eTag] = try body.entityTag.description
    return try .json(body, status: status, headers: headers)
  }

  /// The answer to a GET: `body` with its `ETag`, or 304 if the client has it.
  ///
  /// - Throws: ``Problem`` 400 or 412 by the request's preconditions.
  static func json(showing body: some Representation, to request: Request) throws -> Response {
    let isKnown = try Preconditions(request.headers).knows(try body.entityTag)
    let response = try json(showing: body)
    guard isKnown else { return response }
    var headers = response.headers
    // The length stays: another than that of the 200 must not be said (RFC 9110, section 8.6).
    headers[.contentType] = nil
    return Response(status: .notModified, headers: headers)
  }
}
