import HTTPSupport
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
  /// The body of a route of old, of at most `limit` bytes.
  ///
  /// - Throws: `TextError` 400 if the body is missing or not JSON; `Problem` 413 and 415.
  func legacyJSON(upTo limit: Int) async throws -> JSONValue {
    if announcesBody { try requireJSON() }
    let body = try await readBody(upTo: limit)
    guard body.readableBytes > 0 else {
      throw TextError(.badRequest, "The request has no body; a JSON object is expected")
    }
    do {
      return try JSONParser.parse(Array(body.readableBytesView))
    } catch {
      throw TextError(.badRequest, "The body of the request is not valid JSON")
    }
  }
}

extension Response {
  private static let jsonField = HTTPField(name: .contentType, value: "application/json")

  /// A JSON text as it is.
  static func legacyJSON(_ body: ByteBuffer) -> Response {
    var fields = HTTPFields()
    // With room for what every response gets besides.
    fields.reserveCapacity(6)
    fields.append(jsonField)
    return Response(status: .ok, headers: fields, body: .init(byteBuffer: body))
  }
}
