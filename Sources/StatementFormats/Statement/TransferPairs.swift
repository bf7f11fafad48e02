import Tenancy

/// Finds the second half of transfers between accounts of one file, where each account has a row.
///
/// It remembers halves that have no other yet, at most 100,000; beyond that, pairs go unnoticed.
struct TransferPairs {
  private static let capacity = 100_000
  private static let maxNames = 10_000

  private struct Key: Hashable {
    var payer: Int
    var receiver: Int
    var date: CivilDate
    var amount: DecimalNumber
  }

  /// Halves seen from the payer, less those seen from the receiver.
  private var balances: [Key: Int] = [:]
  private var names: [String: Int] = [:]

  /// Marks the row, and its parts, where the other half was seen before.
  mutating func mark(_ row: inout StatementRow, account: String?) {
    guard let account else { return }
    if let other = row.transferAccount {
      row.isSecondHalf = isSecondHalf(account, other, row.date, row.amount)
    }
    for index in row.parts.indices {
      guard let other = row.parts[index].transferAccount else { continue }
      row.parts[index].isSecondHalf = isSecondHalf(
        account, other, row.date, row.parts[index].amount)
    }
  }

  private mutating func isSecondHalf(
    _ account: String, _ other: String, _ date: CivilDate, _ amount: DecimalNumber
  ) -> Bool {
    guard let own = number(of: account), let foreign = number(of: other) else { return false }
    let key =
      amount.isNegative
      ? Key(payer: own, receiver: foreign, date: date, amount: amount.magnitude)
      : Key(payer: foreign, receiver: own, date: date, amount: amount)
    let side = amount.isNegative ? 1 : -1
    let balance = balances[key, default: 0]
    if balance == 0, balances.count >= Self.capacity { return false }
    balances[key] = balance + side == 0 ? nil : balance + side
    return balance * side < 0
  }

  private mutating func number(of name: String) -> Int? {
    if let number = names[name] { return number }
    guard names.count < Self.maxNames else { return nil }
    names[name] = names.count
    return names.count - 1
  }
}
