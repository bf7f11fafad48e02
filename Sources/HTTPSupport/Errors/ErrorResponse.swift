import Hummingbird
import Logging
import PostgresClient

/// Turns an error into a response, and logs those that are our own fault.
public enum ErrorResponse {
  public static func make(for error: any Error, scope: RequestScope) -> Response {
    make(for: error, requestID: scope.id, logger: scope.logger)
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
