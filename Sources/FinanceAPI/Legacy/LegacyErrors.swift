import Finance
import HTTPSupport
import NIOCore
import Tenancy

/// What the routes of old answer to errors of the domain: the texts of the app that they come from,
/// and problems where that had no answer.
enum LegacyErrors {
  /// The error as one that has an answer of its own; any other error as it is.
  static func understand(_ error: any Error) -> any Error {
    switch error {
    case is UserContext.MissingToken:
      TextError(
        .unauthorized, "A valid access token is missing", headers: [.wwwAuthenticate: "Bearer"])
    case is InvalidToken:
      TextError(
        .unauthorized, "Invalid token",
        headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""])
    case let error as InvalidAmount: TextError(error)
    case is UsernameTaken: TextError(.conflict, "username already exists")
    case let error as TooManyAttempts: Problem(error)
    case is PasswordHasher.Busy: Problem.hashingBusy
    case let error as AccessError: Problem(error)
    default: error
    }
  }
}

extension TextError {
  /// 400: what should be an amount is none in any currency.
  static let noAmount = TextError(
    .badRequest, "amount is mandatory and can be only of float datatype")

  /// 400 with a text that says what is allowed.
  fileprivate init(_ invalid: InvalidAmount) {
    switch invalid {
    case .notPositive: self = .noAmount
    case .tooPrecise(let currency):
      let number = currency.exponent == 0 ? "no" : "at most \(currency.exponent)"
      self.init(.badRequest, "amount can have \(number) decimals in \(currency.code)")
    case .tooLarge(let currency):
      var maximum = ByteBuffer()
      maximum.writeDecimal(Int128(Amount.maximum), exponent: currency.exponent)
      self.init(
        .badRequest, "amount can be at most \(String(buffer: maximum)) in \(currency.code)")
    }
  }
}
