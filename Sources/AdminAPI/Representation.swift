import Crypto
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy
import TenantRegistry

/// A body that shows one resource as it is now.
package protocol Representation: Encodable, Sendable {
  /// The body without what only this answer says.
  var plain: Self { get }
}

extension Representation {
  package var plain: Self { self }

  /// A digest of the body, and so a strong tag: it changes if and only if the body does, whatever
  /// that depends on, and is the same in every process. A tenant's revision would not do: it also
  /// changes with what the body does not show, and stays when base domains or releases differ.
  var entityTag: EntityTag {
    get throws {
      let digest = SHA256.hash(data: try JSON.encoder.encode(plain))
      return EntityTag(Array(digest.prefix(16)).base64URL)
    }
  }
}

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

extension Request {
  /// What must be so of the resource that the request changes; nil if it does not say.
  ///
  /// - Parameter body: how the resource is shown, with the tag that clients know.
  /// - Throws: ``Problem`` 400. What is returned throws 412.
  func precondition<Resource>(
    _ body: @escaping @Sendable (Resource) -> some Representation
  ) throws -> Precondition<Resource>? {
    let preconditions = try Preconditions(headers)
    guard !preconditions.isEmpty else { return nil }
    return { try preconditions.check(try body($0).entityTag) }
  }
}
