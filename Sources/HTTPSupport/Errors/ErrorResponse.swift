import HTTPServer
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import PostgresClient

/// Turns an error into a response, and logs those that are our own fault.
public enum ErrorResponse {
  public static func make(for error: any Error, exchange: HTTPExchange) -> Response {
    make(for: error, requestID: exchange.id, logger: exchange.logger)
  }

  public static func make(for error: any Error, in context: some RequestContext) -> Response {
    make(for: error, requestID: context.requestID, logger: context.logger)
  }

  /// - Parameter requestID: What the client is to name when it asks for help.
  public static func make(for error: any Error, requestID: String, logger: Logger) -> Response {
    if let error = error as? TextError { return error.response }
    let problem = Problem(mapping: error)
    if problem.status.kind == .serverError, !(error is Problem) {
      log(error, as: problem, to: logger)
    }
    return problem.response(requestID: requestID)
  }

  private static func log(_ error: any Error, as problem: Problem, to logger: Logger) {
    let level: Logger.Level = problem.status == .internalServerError ? .error : .warning
    let detail = (error as? PostgresError)?.debugDescription ?? String(reflecting: error)
    logger.log(
      level: level, "request failed",
      metadata: ["error": "\(detail)", "problem": "\(problem.type)"]
    )
  }
}

/// Answers every error, a router's 404 included, as a ``Problem``; errors that carry a body of
/// their own (``TextError``) keep it. It belongs outermost: add it before any route.
public struct ErrorMiddleware<Context: RequestContext>: RouterMiddleware {
  public init() {}

  @concurrent public func handle(
    _ request: Request, context: Context,
    next: @concurrent (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      return ErrorResponse.make(for: error, in: context)
    }
  }
}

/// An error whose body is a plain text, as the routes of old answer: `text/html; charset=utf-8`.
public struct TextError: Error, Sendable, HTTPResponseError {
  public let status: HTTPResponse.Status
  public let message: String
  /// Fields that go with the response, such as `WWW-Authenticate`.
  public let headers: HTTPFields

  public init(
    _ status: HTTPResponse.Status, _ message: String, headers: HTTPFields = [:]
  ) {
    self.status = status
    self.message = message
    self.headers = headers
  }

  public var response: Response {
    var response = Response.text(message, status: status)
    response.headers.append(contentsOf: headers)
    return response
  }

  public func response(from request: Request, context: some RequestContext) -> Response {
    response
  }
}

extension Response {
  /// A text in the manner of the routes of old: `text/html; charset=utf-8`.
  ///
  /// `text` must not hold anything that a client sent: a browser reads it as HTML.
  public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "text/html; charset=utf-8"],
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
