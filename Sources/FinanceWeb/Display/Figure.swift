import Finance

/// An amount as it stands on a page, which may be a link to what it is the sum of.
///
/// A template that finds nothing in a model looks in the model around it. So what may be nil has a name
/// that no other model has.
struct Figure: Sendable {
  /// Minus, plus or nothing: it stands before a symbol that leads.
  let sign: String
  let number: String
  /// The currency's symbol, where it stands before the number or after it; nil in columns, whose
  /// currency is said once.
  let leadingSymbol: String?
  let trailingSymbol: String?
  let isNegative: Bool
  let href: String?

  /// - Parameters:
  ///   - symbol: whether the currency's symbol stands beside it.
  ///   - plus: whether what is positive has a sign.
  init(
    _ minorUnits: Int128, _ currency: Currency, _ locale: DisplayLocale, symbol: Bool = false,
    plus: Bool = false, link: String? = nil
  ) {
    sign = minorUnits < 0 ? DisplayLocale.minus : plus && minorUnits > 0 ? "+" : ""
    number = locale.number(Int128(minorUnits.magnitude), currency)
    let mark = symbol ? locale.symbol(currency) : nil
    leadingSymbol = locale.symbolLeads ? mark : nil
    trailingSymbol = locale.symbolLeads ? nil : mark
    isNegative = minorUnits < 0
    href = link
  }
}
