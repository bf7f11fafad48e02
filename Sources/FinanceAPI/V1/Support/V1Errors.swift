import Finance
import HTTPSupport
import HTTPTypes
import StatementFormats
import Tenancy

/// What `/v1` answers to errors of the domain: a problem for each.
enum V1Errors {
  /// The error as a problem; one that is not the domain's as it is.
  static func understand(_ error: any Error) -> any Error {
    switch error {
    case is UserContext.MissingToken:
      Problem(
        .unauthorized, type: "token-missing", title: "An access token is missing",
        headers: [.wwwAuthenticate: "Bearer"])
    case is InvalidToken:
      Problem(
        .unauthorized, type: "invalid-token", title: "The access token is not valid",
        headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""])
    case let error as AccessError: Problem(error)
    case is UsernameTaken:
      Problem(.conflict, type: "username-taken", title: "The username is taken")
    case let error as TooManyAttempts: Problem(error)
    case is PasswordHasher.Busy: Problem.hashingBusy
    case is LedgerNotFound, is NotFound: Problem.status(.notFound)
    case let error as LedgerRoleTooLow: tooLow(error)
    case let error as InvalidInput: Problem.invalid(error.faults.map(Problem.FieldError.init))
    case let error as BooksConflict:
      Problem(
        .conflict, type: error.kind, title: "The ledger does not allow the change",
        detail: error.detail, errors: error.faults.map(Problem.FieldError.init))
    case let error as StatementFileError:
      Problem(
        .badRequest, type: "invalid-file", title: "The file cannot be imported",
        detail: error.description)
    case is IdempotencyKeyReused:
      Problem(
        .unprocessableContent, type: "idempotency-key-reused",
        title: "The Idempotency-Key was used for another request",
        detail: "Use a new key for a new request. A key is remembered for 24 hours.")
    default: error
    }
  }

  private static func tooLow(_ error: LedgerRoleTooLow) -> Problem {
    error.needed == .owner
      ? Problem(
        .forbidden, type: "owner-only", title: "Only an owner of the ledger may do this")
      : Problem(
        .forbidden, type: "read-only", title: "A viewer of the ledger may not change it")
  }
}

extension Problem.FieldError {
  fileprivate init(_ fault: InvalidInput.Fault) {
    self.init(.pointer, field: fault.path.map { "/\($0)" }.joined(), message: fault.message)
  }
}
