import Finance
import Tenancy

/// What somebody has assigned to categories of a month.
///
/// The name of a field is `assigned.<category>.<what it had in minor units>`: what is as it was is not
/// written, since somebody else may have changed it meanwhile.
struct BudgetForm: Sendable {
  let month: CivilMonth
  private let fields: [(category: Int64, before: Int128, text: String)]

  /// Nil if it is of no month.
  init?(_ form: Form) {
    guard let month = CivilMonth(form.text("month")) else { return nil }
    self.month = month
    fields = form.all(beginningWith: "assigned.").compactMap { rest, value in
      let parts = rest.split(separator: ".")
      guard parts.count == 2, let id = Int64(id: parts[0]), let before = Int128(parts[1]) else {
        return nil
      }
      return (id, before, value)
    }
  }

  /// What was typed that is another amount than there was, or none, by category.
  func typed(_ currency: Currency, _ locale: DisplayLocale) -> [Int64: String] {
    let changed = fields.filter { $0.text != Self.text(of: $0.before, currency, locale) }
    return Dictionary(
      changed.map { ($0.category, $0.text) }, uniquingKeysWith: { first, _ in first })
  }

  /// How the field shows what is assigned.
  static func text(of assigned: Int128, _ currency: Currency, _ locale: DisplayLocale) -> String {
    assigned == 0 ? "" : locale.plainNumber(assigned, currency)
  }

  static func field(_ category: Int64, _ assigned: Int128) -> String {
    "assigned.\(category).\(assigned)"
  }

  /// What was typed that is no amount, by category.
  struct Faults: Error, Sendable {
    let typed: [Int64: String]
  }

  /// - Parameters:
  ///   - currency: the ledger's.
  ///   - locale: of whoever typed it. Nothing typed is nothing assigned.
  /// - Returns: what is no longer as it was.
  /// - Throws: ``Faults``.
  func changes(
    _ currency: Currency, _ locale: DisplayLocale
  ) throws(Faults) -> [(category: Int64, assigned: DecimalNumber)] {
    var typed: [Int64: String] = [:]
    var changes: [(category: Int64, assigned: DecimalNumber)] = []
    for (category, before, text) in fields {
      let isBlank = text.allSatisfy(\.isWhitespace)
      let number = isBlank ? DecimalNumber(0) : AmountInput(text, locale)?.number
      guard let number, let amount = number.scaled(byPowerOfTen: currency.exponent),
        (try? Money(number, in: currency)) != nil
      else {
        typed[category] = text
        continue
      }
      if Int128(amount) != before { changes.append((category, number)) }
    }
    guard typed.isEmpty else { throw Faults(typed: typed) }
    return changes
  }
}
