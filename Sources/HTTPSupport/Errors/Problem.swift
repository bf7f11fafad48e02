import HTTPTypes
import Hummingbird

/// An error that the client is told of, as RFC 9457 `application/problem+json`.
public struct Problem: Error, Sendable, HTTPResponseError {
  /// A field of the request that was refused, and why.
  public struct FieldError: Sendable, Hashable, Codable {
    /// The path of the field, such as `display_name`.
    public let field: String
    /// A sentence without a subject, such as `must not be empty`.
    public let message: String

    public init(field: String, message: String) {
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
