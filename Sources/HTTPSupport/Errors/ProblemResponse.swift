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
    let requestID: String
    let errors: [FieldError]?

    enum CodingKeys: String, CodingKey {
      case type, title, status, detail, errors
      case requestID = "request_id"
    }
  }

  public func response(from request: Request, context: some RequestContext) -> Response {
    response(requestID: context.requestID)
  }

  /// The document, with the name of the request that it answers.
  public func response(requestID: String) -> Response {
    let document = Body(
      type: "/problems/\(type)", title: title, status: status.code, detail: detail,
      requestID: requestID, errors: errors.isEmpty ? nil : errors)
    // Strings and integers always encode.
    let body = (try? JSON.encoder.encode(document)) ?? Data()
    var headers = headers
    headers[.contentType] = "application/problem+json"
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }
}
