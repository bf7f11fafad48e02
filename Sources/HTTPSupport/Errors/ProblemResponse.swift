import HTTPTypes
import Hummingbird
import NIOCore

extension Problem {
  private struct Body: Encodable {
    let type: String
    let title: String
    let status: Int
    let detail: String?
    let requestID: String
    let errors: [FieldError]?

    enum CodingKeys: String, CodingKey {
      case type, title, status, detail, errors
      case requestID = "request_id"
    }
  }

  public func response(from request: Request, context: some RequestContext) throws -> Response {
    let body = try JSON.encoder.encode(
      Body(
        type: "/problems/\(type)", title: title, status: status.code, detail: detail,
        requestID: context.id, errors: errors.isEmpty ? nil : errors))
    var headers = headers
    headers[.contentType] = "application/problem+json"
    headers[.contentLength] = String(body.count)
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }
}
