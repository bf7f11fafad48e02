import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// An error that the client is told of, as RFC 9457 `application/problem+json`.
public struct Problem: Error, Sendable, HTTPResponseError {
  /// A part of the request that was refused, and why.
  public struct FieldError: Sendable, Hashable {
    /// How the part is named.
    public enum Kind: Sendable {
      /// By a path such as `display_name`, with a `message`: as the admin API does.
      case field
      /// A member of the body by its JSON pointer (RFC 6901), such as `/splits/1/amount`, with a
      /// `detail`.
      case pointer
      /// A parameter of the query by its name, with a `detail`.
      case parameter
      /// A field of the request's head by its name, with a `detail`.
      case header
    }

    public let kind: Kind
    /// The name of the part.
    public let field: String
    /// A sentence without a subject, such as `must not be empty`.
    public let message: String

    public init(_ kind: Kind = .field, field: String, message: String) {
      self.kind = kind
      self.field = field
      self.message = message
    }
  }

  public let status: HTTPResponse.Status
  /// The stable name of the kind of problem, such as `unknown-tenant`. It is sent as the URI
  /// reference `/problems/<type>`.
  public let type: String
  /// What the kind of problem is, in a few words.
  public let title: String
  /// What is wrong this time.
  public let detail: String?
  public let errors: [FieldError]
  /// Fields that go with the response, such as `Retry-After`.
  public var headers: HTTPFields

  public init(
    _ status: HTTPResponse.Status, type: String, title: String, detail: String? = nil,
    errors: [FieldError] = [], headers: HTTPFields = [:]
  ) {
    self.status = status
    self.type = type
    self.title = title
    self.detail = detail
    self.errors = errors
    self.headers = headers
  }
}

extension Problem {
  /// The kind of problem that says no more than its status does.
  public static func status(
    _ status: HTTPResponse.Status, detail: String? = nil, headers: HTTPFields = [:]
  ) -> Problem {
    Problem(
      status, type: typeName(of: status), title: status.reasonPhrase, detail: detail,
      headers: headers)
  }

  /// 400, or 422, that names the fields at fault.
  public static func invalid(
    _ errors: [FieldError], status: HTTPResponse.Status = .badRequest
  ) -> Problem {
    Problem(
      status, type: "invalid-request", title: "The request is not valid",
      detail: errors.map { "\($0.field.isEmpty ? "the body" : $0.field) \($0.message)" }
        .joined(separator: "; "), errors: errors)
  }

  /// 503 that asks the client to come back.
  ///
  /// - Parameter retryAfter: In seconds.
  public static func unavailable(
    type: String, title: String, detail: String? = nil, retryAfter: Int = 1
  ) -> Problem {
    Problem(
      .serviceUnavailable, type: type, title: title, detail: detail,
      headers: [.retryAfter: String(retryAfter)])
  }

  /// 429 that asks the client to come back.
  ///
  /// - Parameter retryAfter: In seconds, at least 1.
  public static func tooManyRequests(detail: String? = nil, retryAfter: Int = 1) -> Problem {
    status(.tooManyRequests, detail: detail, headers: [.retryAfter: String(retryAfter)])
  }

  private static func typeName(of status: HTTPResponse.Status) -> String {
    status.reasonPhrase.lowercased().replacing(" ", with: "-")
  }
}

extension Problem.FieldError: Codable {
  private enum CodingKeys: String, CodingKey {
    case field, message, pointer, parameter, header, detail
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    if let pointer = try values.decodeIfPresent(String.self, forKey: .pointer) {
      self.init(.pointer, field: pointer, message: try values.decode(String.self, forKey: .detail))
    } else if let name = try values.decodeIfPresent(String.self, forKey: .parameter) {
      self.init(.parameter, field: name, message: try values.decode(String.self, forKey: .detail))
    } else if let name = try values.decodeIfPresent(String.self, forKey: .header) {
      self.init(.header, field: name, message: try values.decode(String.self, forKey: .detail))
    } else {
      self.init(
        field: try values.decode(String.self, forKey: .field),
        message: try values.decode(String.self, forKey: .message))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch kind {
    case .field:
      try values.encode(field, forKey: .field)
      try values.encode(message, forKey: .message)
    case .pointer:
      try values.encode(field, forKey: .pointer)
      try values.encode(message, forKey: .detail)
    case .parameter:
      try values.encode(field, forKey: .parameter)
      try values.encode(message, forKey: .detail)
    case .header:
      try values.encode(field, forKey: .header)
      try values.encode(message, forKey: .detail)
    }
  }
}

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
