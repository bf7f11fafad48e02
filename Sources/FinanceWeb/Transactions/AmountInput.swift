import Tenancy

/// An amount as people type it: in their own way of writing numbers, and with sums and products, as in
/// `12+3,50` or `3*4.20-1`. It is exact.
struct AmountInput: Sendable {
  let number: DecimalNumber

  /// Longer ones are no sums that somebody types.
  private static let maximumLength = 100

  /// Nil if the text is no sum of numbers.
  init?(_ text: String, _ locale: DisplayLocale) {
    guard text.utf8.count <= Self.maximumLength else { return nil }
    var parser = Parser(text, decimalComma: locale.hasDecimalComma)
    guard let value = parser.sum(), parser.isAtEnd, let number = DecimalNumber(value.text) else {
      return nil
    }
    self.number = number
  }

  /// A mantissa and how many of its digits are decimals.
  private struct Value {
    var mantissa: Int128
    var decimals: Int

    func adding(_ other: Value, negated: Bool) -> Value? {
      let digits = max(decimals, other.decimals)
      guard let left = mantissa.scaled(by: digits - decimals),
        let right = other.mantissa.scaled(by: digits - other.decimals)
      else { return nil }
      let (sum, overflow) = left.addingReportingOverflow(negated ? -right : right)
      return overflow ? nil : Value(mantissa: sum, decimals: digits)
    }

    func multiplied(by other: Value) -> Value? {
      let (product, overflow) = mantissa.multipliedReportingOverflow(by: other.mantissa)
      return overflow ? nil : Value(mantissa: product, decimals: decimals + other.decimals)
    }

    var text: String {
      let digits = String(mantissa.magnitude)
      let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
      let fraction = decimals > 0 ? "." + padded.suffix(decimals) : ""
      return (mantissa < 0 ? "-" : "") + padded.dropLast(decimals) + fraction
    }
  }

  private struct Parser {
    private var rest: [Character]
    private let decimalComma: Bool

    init(_ text: String, decimalComma: Bool) {
      // People put spaces and narrow spaces between groups of digits.
      rest = text.filter { !$0.isWhitespace && $0 != "'" && $0 != "’" }.reversed()
      self.decimalComma = decimalComma
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func sum() -> Value? {
      let isNegative = take("-\u{2212}")
      if !isNegative { _ = take("+") }
      guard var sum = product() else { return nil }
      if isNegative { sum.mantissa = -sum.mantissa }
      while true {
        let negated: Bool
        if take("+") {
          negated = false
        } else if take("-\u{2212}") {
          negated = true
        } else {
          return sum
        }
        guard let next = product(), let result = sum.adding(next, negated: negated) else {
          return nil
        }
        sum = result
      }
    }

    private mutating func product() -> Value? {
      guard var product = number() else { return nil }
      while take("*×") {
        guard let next = number(), let result = product.multiplied(by: next) else { return nil }
        product = result
      }
      return product
    }

    private mutating func take(_ signs: String) -> Bool {
      guard let next = rest.last, signs.contains(next) else { return false }
      rest.removeLast()
      return true
    }

    private mutating func number() -> Value? {
      var text = ""
      while let next = rest.last, next.isASCII, next.isNumber || next == "." || next == "," {
        text.append(next)
        rest.removeLast()
      }
      let separator = decimalSeparator(of: text)
      let parts = text.split(
        separator: separator ?? " ", maxSplits: 1, omittingEmptySubsequences: false)
      let groups = parts.first?.split(omittingEmptySubsequences: false) { !$0.isNumber } ?? []
      let whole = groups.joined()
      let fraction = parts.count == 2 ? String(parts[1]) : ""
      // In Hindi, groups before the last one have two digits.
      guard groups.dropFirst().allSatisfy({ $0.count == 2 || $0.count == 3 }),
        fraction.allSatisfy(\.isNumber), !(whole.isEmpty && fraction.isEmpty),
        let mantissa = Int128(whole + fraction)
      else { return nil }
      return Value(mantissa: mantissa, decimals: fraction.count)
    }

    /// The last of two kinds of signs; of one kind, the sign that stands once, unless three digits
    /// follow what this language groups digits by.
    private func decimalSeparator(of text: String) -> Character? {
      let signs = text.filter { !$0.isNumber }
      guard let last = signs.last else { return nil }
      if Set(signs).count > 1 { return last }
      guard signs.count == 1 else { return nil }
      let isGrouping = last == (decimalComma ? "." : ",")
      let follows = text.split(separator: last, omittingEmptySubsequences: false).last?.count
      return isGrouping && follows == 3 ? nil : last
    }
  }
}

extension Int128 {
  fileprivate func scaled(by places: Int) -> Int128? {
    var value = self
    for _ in 0..<places {
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = scaled
    }
    return value
  }
}
