import HTTPServer
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import PostgresClient

extension Problem {
  /// What the client is told of an error that a request ended with.
  ///
  /// An error that is not known here is a 500 without detail, which the caller should log.
  public init(mapping error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let error as HTTPError:
      self = .status(error.status, detail: error.body, headers: error.headers)
    case let error as PostgresError: self.init(mapping: error)
    case let refusal as RequestRefusal: self.init(refusal)
    case is NIOTooManyBytesError: self = .status(.contentTooLarge)
    case is CancellationError:
      self = .unavailable(type: "cancelled", title: "The request was cancelled")
    case let error as any HTTPResponseError: self = .status(error.status)
    default: self = .internalError
    }
  }

  private init(mapping error: HTTPParserError) {
    switch error {
    case .headerOverflow: self = .status(.requestHeaderFieldsTooLarge)
    case .invalidMethod: self = .status(.notImplemented)
    case .invalidVersion: self = .status(.httpVersionNotSupported)
    default:
      self = Problem(
        .badRequest, type: "malformed-request", title: "The request is not valid HTTP")
    }
  }

  /// What the client is told of a request that the listener refuses.
  init(_ refusal: RequestRefusal) {
    switch refusal {
    case .malformed(let error): self.init(mapping: error)
    case .unknownMethod: self = .status(.notImplemented)
    case .unknownTransferCoding:
      self = .status(.notImplemented, detail: "the only transfer coding is chunked")
    case .overdue:
      self = .unavailable(type: "request-timeout", title: "The request took too long")
    case .stalledBody:
      self = .status(
        .requestTimeout, detail: "the rest of the body did not arrive",
        headers: [.connection: "close"])
    }
  }

  /// 500 without detail.
  public static let internalError = Problem(
    .internalServerError, type: "internal-error", title: "Something went wrong here")
}

extension Problem {
  /// The one table from database errors to HTTP. What a route expects (a certain constraint, say)
  /// it catches itself.
  public init(mapping error: PostgresError) {
    switch error.code {
    case .server: self.init(sqlState: error.sqlState ?? "")
    case .connectFailed, .refused, .connectionLost, .flooded, .shutdown: self = .databaseUnavailable
    case .queueFull, .queueTimeout:
      self = .unavailable(type: "overloaded", title: "Too many requests wait for the database")
    case .statementTimeout: self = .databaseTimeout
    case .cancelled: self = .unavailable(type: "cancelled", title: "The request was cancelled")
    // Whoever sets a guard says what its refusal means.
    case .guardRefused, .decoding: self = .internalError
    }
  }

  /// By SQLSTATE: PostgreSQL, Appendix A.
  private init(sqlState: String) {
    switch sqlState {
    case "23505", "23503", "23P01":
      self.init(.conflict, type: "conflict", title: "The request conflicts with what is there")
    case "23502", "23514":
      self.init(.unprocessableContent, type: "invalid-value", title: "A value is not allowed")
    case "40001", "40P01", "55P03":
      self = .unavailable(type: "contention", title: "Another request was in the way")
    case "57014": self = .databaseTimeout
    case "25006": self = .databaseUnavailable
    default: self.init(sqlStateClass: sqlState.prefix(2))
    }
  }

  private init(sqlStateClass: Substring) {
    switch sqlStateClass {
    case "22":
      self.init(.unprocessableContent, type: "invalid-value", title: "A value is not allowed")
    case "08", "53", "57", "58": self = .databaseUnavailable
    default: self = .internalError
    }
  }

  private static let databaseUnavailable = unavailable(
    type: "database-unavailable", title: "The database cannot be reached")

  private static let databaseTimeout = unavailable(
    type: "database-timeout", title: "The database took too long")
}

extension Problem {
  /// What is wrong with a JSON body: the field by its path, and what it should be.
  public init(mapping error: DecodingError) {
    switch error {
    case .keyNotFound(let key, let context):
      self = .invalid([.init(field: Self.path(context.codingPath + [key]), message: "is required")])
    case .typeMismatch(let type, let context):
      self = .unless(root: context, message: "must be \(Self.name(of: type))")
    case .valueNotFound(let type, let context):
      self = .unless(root: context, message: "must be \(Self.name(of: type)), not null")
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      self = .invalid([
        .init(field: Self.path(context.codingPath), message: "is not an allowed value")
      ])
    case .dataCorrupted: self = .malformedJSON
    @unknown default: self = .malformedJSON
    }
  }

  /// 400 for a body that is not JSON.
  public static let malformedJSON = Problem(
    .badRequest, type: "malformed-json", title: "The body is not valid JSON")

  private static func unless(root context: DecodingError.Context, message: String) -> Problem {
    guard context.codingPath.isEmpty else {
      return .invalid([.init(field: path(context.codingPath), message: message)])
    }
    return Problem(
      .badRequest, type: "invalid-request", title: "The request is not valid",
      detail: "the body \(message)")
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    case is any FixedWidthInteger.Type: "an integer"
    case is any BinaryFloatingPoint.Type: "a number"
    case is any ExpressibleByArrayLiteral.Type: "an array"
    default: "an object"
    }
  }
}

extension RequestHandler {
  public func response(to refusal: RequestRefusal, _ exchange: HTTPExchange) -> Response {
    Problem(refusal).response(requestID: exchange.id)
  }
}
