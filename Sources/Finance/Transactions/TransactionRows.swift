import Foundation
import PostgresClient
import Tenancy

/// How transactions are read: one row for each entry, those of one transaction after another.
enum TransactionRows {
  /// OFFSET keeps Postgres to one way, whatever it expects of the page: it looks entries up by their
  /// transaction, and only then the few accounts. Else it may read all entries there are.
  ///
  /// - Parameter page: a SELECT of rows of `transaction` with one more column, `place`, which says
  ///   their order.
  static func query(_ page: PostgresQuery) -> PostgresQuery {
    """
    with page as (\(query: page)),
    item as (
      select page.*, entry.id as entry_id, entry.part, entry.date as entry_date,
        entry.from_account, entry.to_account, entry.currency as entry_currency,
        entry.amount as entry_amount, entry.from_status, entry.to_status, entry.memo as entry_memo
      from page
      cross join lateral (select * from entry where transaction_id = page.id offset 0) entry
      offset 0
    )
    select item.id, item.account_id, item.date, item.amount, item.currency, item.payee_id, payee.name,
      item.memo, item.status, item.external_id, item.created_by, item.version,
      floor(extract(epoch from item.created_at))::bigint,
      floor(extract(epoch from item.updated_at))::bigint,
      floor(extract(epoch from item.deleted_at))::bigint,
      case item.tag_ids when '{}' then '{}'
        else array(select name from tag where tag.id = any(item.tag_ids) order by name_key) end,
      item.entry_id, item.part, item.entry_date, item.from_account, source.kind, source.type,
      item.to_account, target.kind, target.type, item.entry_currency, item.entry_amount,
      item.from_status, item.to_status, item.entry_memo, item.recurrence_id, item.import_id
    from item
    left join payee on payee.id = item.payee_id
    join account source on source.id = item.from_account
    join account target on target.id = item.to_account
    order by item.place, item.id, item.part, item.entry_id
    """
  }

  /// The transactions with these ids, by id.
  static func query(ids: [Int64], in ledgerID: Int64) -> PostgresQuery {
    query(
      """
      select transaction.*, id as place from transaction
      where ledger_id = \(ledgerID) and id = any(\(ids)) and not is_opening
      """)
  }

  /// The transactions that the rows of ``query(_:)`` have.
  static func transactions(_ rows: PostgresRows) throws -> [Transaction] {
    var transactions: [Transaction] = []
    var start = rows.startIndex
    while start < rows.endIndex {
      let id: Int64 = try rows[start].decode(0)
      var end = start + 1
      while end < rows.endIndex, try rows[end].decode(0, as: Int64.self) == id { end += 1 }
      transactions.append(try transaction(rows, start..<end))
      start = end
    }
    return transactions
  }

  private static func transaction(_ rows: PostgresRows, _ range: Range<Int>) throws -> Transaction {
    let row = rows[range.lowerBound]
    let accountID: Int64 = try row.decode(1)
    let sides = try range.map { try Side(rows[$0]) }
    var parts: [Transaction.Part] = []
    for (index, side) in sides.enumerated() {
      // A part has one entry of the account itself; where it goes a long way, the entry that arrives
      // comes next.
      guard side.touches(accountID) else { continue }
      let next = sides.dropFirst(index + 1).first { $0.part == side.part }
      parts.append(side.part(seenFrom: accountID, arriving: next))
    }
    let payee: String? = try row.decodeIfPresent(6)
    return Transaction(
      id: try row.decode(0), accountID: accountID, date: try row.decode(2),
      money: Money(
        minorUnits: try row.decode(3), currency: Currency(code: try row.decode(4))),
      payee: try payee.map { Transaction.Payee(id: try row.decode(5), name: $0) },
      memo: try row.decode(7), parts: parts, tags: try row.decode(15),
      status: try row.status(8), externalID: try row.decodeIfPresent(9),
      recurrenceID: try row.decodeIfPresent(30), importID: try row.decodeIfPresent(31),
      createdBy: try row.decode(10), version: try row.decode(11),
      createdAt: try row.instant(12), updatedAt: try row.instant(13),
      deletedAt: try row.instantIfPresent(14))
  }

  /// An entry, and what its two accounts are.
  private struct Side {
    let id: Int64
    let part: Int
    let date: CivilDate
    let from: End
    let to: End
    let money: Money
    let memo: String

    struct End {
      let account: Int64
      let kind: AccountKind?
      /// Whether it is one of the ledger's own.
      let isOwn: Bool
      let status: TransactionStatus
    }

    init(_ row: PostgresRow) throws {
      id = try row.decode(16)
      part = try row.decode(17)
      date = try row.decode(18)
      from = End(
        account: try row.decode(19), kind: AccountKind(rawValue: try row.decode(20)),
        isOwn: try row.decodeIfPresent(21, as: String.self) == "uncategorized",
        status: try row.status(27))
      to = End(
        account: try row.decode(22), kind: AccountKind(rawValue: try row.decode(23)),
        isOwn: try row.decodeIfPresent(24, as: String.self) == "uncategorized",
        status: try row.status(28))
      money = Money(
        minorUnits: try row.decode(26), currency: Currency(code: try row.decode(25)))
      memo = try row.decode(29)
    }

    func touches(_ account: Int64) -> Bool {
      from.account == account || to.account == account
    }

    /// The other end, and the amount as this one sees it.
    private func other(than account: Int64) -> (end: End, own: End, money: Money) {
      from.account == account ? (to, from, -money) : (from, to, money)
    }

    func part(seenFrom account: Int64, arriving: Side?) -> Transaction.Part {
      let (end, _, money) = other(than: account)
      var transfer: Transaction.Transfer?
      if end.kind?.isReal == true {
        transfer = Transaction.Transfer(
          accountID: end.account, money: -money, date: date, status: end.status)
      } else if end.kind == .equity, let arriving {
        transfer = arriving.arrival
      }
      return Transaction.Part(
        id: id, money: money, memo: memo,
        categoryID: end.kind?.isCategory == true && !end.isOwn ? end.account : nil,
        transfer: transfer)
    }

    /// Of an entry between the ledger's own account and the one that a transfer goes to.
    private var arrival: Transaction.Transfer {
      let way = from.kind == .equity ? from.account : to.account
      let (end, _, money) = other(than: way)
      return Transaction.Transfer(
        accountID: end.account, money: -money, date: date, status: end.status)
    }
  }
}

extension PostgresRow {
  func status(_ column: Int) throws -> TransactionStatus {
    guard let status = TransactionStatus(rawValue: try decode(column)) else {
      throw PostgresError(code: .decoding, detail: "no status")
    }
    return status
  }

  /// Whole seconds since 1970.
  func instant(_ column: Int) throws -> Date {
    Date(timeIntervalSince1970: Double(try decode(column, as: Int64.self)))
  }

  func instantIfPresent(_ column: Int) throws -> Date? {
    try decodeIfPresent(column, as: Int64.self).map { Date(timeIntervalSince1970: Double($0)) }
  }
}
