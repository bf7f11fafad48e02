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
    case let error as HTTPParserError: self.init(mapping: error)
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

  /// 503: the request took longer than any may.
  static let overdue = Problem.unavailable(
    type: "request-timeout", title: "The request took too long")

  /// 408: the client has stopped in the middle of its request's body.
  static let stalledBody = Problem.status(
    .requestTimeout, detail: "the rest of the body did not arrive", headers: [.connection: "close"])

  /// 500 without detail.
  public static let internalError = Problem(
    .internalServerError, type: "internal-error", title: "Something went wrong here")
}
