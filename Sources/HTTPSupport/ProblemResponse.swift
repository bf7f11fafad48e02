import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Problem {
  private struct Body: Encodable {
    let type: String
    let title: String
    let status: Int
    let detail: String?
    let request_id: String
    let errors: [FieldError]?
  }

  private static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  public func response(from request: Request, context: some RequestContext) throws -> Response {
    let body = try Self.encoder.encode(
      Body(
        type: "/problems/\(type)", title: title, status: status.code, detail: detail,
        request_id: context.id, errors: errors.isEmpty ? nil : errors))
    var headers = headers
    headers[.contentType] = "application/problem+json"
    headers[.contentLength] = String(body.count)
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }
}
