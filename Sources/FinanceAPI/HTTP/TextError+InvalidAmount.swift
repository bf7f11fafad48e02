import HTTPSupport
import NIOCore

extension TextError {
  /// 400: what should be an amount is none in any currency.
  static let noAmount = TextError(
    .badRequest, "amount is mandatory and can be only of float datatype")

  /// 400 with a text that says what is allowed.
  init(_ invalid: InvalidAmount) {
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
