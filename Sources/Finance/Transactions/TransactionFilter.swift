import Foundation
import PostgresClient
import Tenancy

/// Which transactions of a ledger to list. A filter that names what the ledger does not have matches
/// nothing.
package struct TransactionFilter: Sendable, Hashable {
  package enum Category: Sendable, Hashable {
    /// The category, and those in it.
    case id(Int64)
    /// What has none.
    case none
  }

  package enum Kind: String, Sendable, CaseIterable {
    case income, expense, transfer
  }

  package enum Order: String, Sendable, CaseIterable {
    case newest = "-date"
    case oldest = "date"
    case largest = "-amount"
    case smallest = "amount"

    var isDescending: Bool { self == .newest || self == .largest }
    var isByDate: Bool { self == .newest || self == .oldest }
  }

  package var startDate: CivilDate?
  package var endDate: CivilDate?
  package var accountID: Int64?
  package var category: Category?
  package var payeeID: Int64?
  package var tag: String?
  package var kind: Kind?
  package var status: TransactionStatus?
  /// Of the absolute value, in units of the transaction's currency.
  package var minimum: DecimalNumber?
  package var maximum: DecimalNumber?
  package var search: String?
  package var updatedSince: Date?
  package var importID: Int64?
  package var isDeleted = false
  package var order = Order.newest

  package init() {}
}

extension TransactionFilter {
  /// Where a page begins: after the row with this sort key.
  package struct Position: Sendable, Hashable {
    /// A date, or minor units, as ``Order`` has it.
    package let value: String
    package let id: Int64

    package init(value: String, id: Int64) {
      self.value = value
      self.id = id
    }
  }

  /// Whether one plan is right for each page of each ledger: an index has all that is listed in its
  /// order, and the limit is the usual one.
  func hasOnePlan(limit: Int) -> Bool {
    guard limit == 50 else { return false }
    var rest = self
    (rest.startDate, rest.endDate, rest.order) = (nil, nil, .newest)
    return order.isByDate && rest == TransactionFilter()
  }

  /// The rows of `transaction` on a page, and one more if there is another page, with their `place`.
  func page(in ledgerID: Int64, after position: Position?, limit: Int) -> PostgresQuery {
    guard let accountID, order.isByDate, !isDeleted else {
      let entries: [PostgresQuery] =
        accountID.map { id in
          [
            """
            exists (select from entry where transaction_id = t.id
              and (from_account = \(id) or to_account = \(id)))
            """
          ]
        } ?? []
      let conditions = conditions(in: ledgerID) + dates("t.date") + entries + after(position)
      // A limit that a plan does not know is taken for a tenth of all.
      let count: PostgresQuery = hasOnePlan(limit: limit) ? "51" : "\(limit + 1)"
      return """
        select t.*, row_number() over (order by \(query: sorting)) as place
        from transaction t where \(query: .joined(conditions, separator: " and "))
        order by \(query: sorting) limit \(query: count)
        """
    }
    return register(of: accountID, in: ledgerID, after: position, limit: limit)
  }

  /// The page of one account, by the dates that its entries have there. It is read from the two
  /// indexes of entries, one for each direction, neither further than a page goes. OFFSET has Postgres
  /// look transactions up: else it may read all there are.
  private func register(
    of account: Int64, in ledgerID: Int64, after position: Position?, limit: Int
  ) -> PostgresQuery {
    let sorting: PostgresQuery =
      order.isDescending
      ? "e.date desc, e.transaction_id desc" : "e.date, e.transaction_id"
    let transactions: PostgresQuery = """
      cross join lateral (
        select * from transaction t
        where t.id = e.transaction_id
          and \(query: .joined(conditions(in: ledgerID), separator: " and "))
        offset 0
      ) t
      """
    let entries: PostgresQuery = """
      select distinct on (e.date, e.transaction_id) e.date, e.transaction_id
      from entry e \(query: isOfAccountOnly ? "" : transactions)
      """
    let isEntry: PostgresQuery = .joined(
      ["not e.deleted"] + registerDates(after: position), separator: " and ")
    // One more tells that there is another page, and one may be the opening balance.
    let count = limit + 2
    return """
      select t.*, row_number() over (order by \(query: sorting)) as place
      from (
        select * from (
          (\(query: entries) where e.from_account = \(account) and \(query: isEntry)
            order by \(query: sorting) limit \(count))
          union
          (\(query: entries) where e.to_account = \(account) and \(query: isEntry)
            order by \(query: sorting) limit \(count))
        ) e
        order by \(query: sorting) limit \(count)
      ) e \(query: transactions)
      order by \(query: sorting) limit \(limit + 1)
      """
  }

  /// Whether nothing but an account and days is asked for.
  private var isOfAccountOnly: Bool {
    var rest = self
    (rest.accountID, rest.startDate, rest.endDate, rest.order) = (nil, nil, nil, .newest)
    return rest == TransactionFilter()
  }

  private func registerDates(after position: Position?) -> [PostgresQuery] {
    var conditions = dates("e.date")
    if let position {
      conditions.append(
        order.isDescending
          ? "(e.date, e.transaction_id) < (\(position.value)::date, \(position.id))"
          : "(e.date, e.transaction_id) > (\(position.value)::date, \(position.id))")
    }
    return conditions
  }

  private func dates(_ column: StaticString) -> [PostgresQuery] {
    var conditions: [PostgresQuery] = []
    if let startDate { conditions.append("\(sql: column) >= \(startDate)::date") }
    if let endDate { conditions.append("\(sql: column) <= \(endDate)::date") }
    return conditions
  }

  private var sorting: PostgresQuery {
    switch order {
    case .newest: "t.date desc, t.id desc"
    case .oldest: "t.date, t.id"
    case .largest: "t.amount desc, t.id desc"
    case .smallest: "t.amount, t.id"
    }
  }

  private func after(_ position: Position?) -> [PostgresQuery] {
    guard let position else { return [] }
    return switch order {
    case .newest: ["(t.date, t.id) < (\(position.value)::date, \(position.id))"]
    case .oldest: ["(t.date, t.id) > (\(position.value)::date, \(position.id))"]
    case .largest: ["(t.amount, t.id) < (\(position.value)::bigint, \(position.id))"]
    case .smallest: ["(t.amount, t.id) > (\(position.value)::bigint, \(position.id))"]
    }
  }

  private func conditions(in ledgerID: Int64) -> [PostgresQuery] {
    var conditions: [PostgresQuery] = [
      "t.ledger_id = \(ledgerID)", "not t.is_opening",
      isDeleted ? "t.deleted_at is not null" : "t.deleted_at is null",
    ]
    if let category { conditions.append(condition(category, in: ledgerID)) }
    if let payeeID { conditions.append("t.payee_id = \(payeeID)") }
    if let tag {
      // Overlap, since every array contains an empty one.
      conditions.append(
        """
        t.tag_ids && array(select id from tag
          where ledger_id = \(ledgerID) and name_key = \(NameKey.key(of: tag)))
        """)
    }
    if let kind { conditions.append(Self.condition(kind)) }
    if let status { conditions.append("t.status = \(status.rawValue)") }
    if let minimum {
      conditions.append("abs(t.amount) >= \(minimum.text)::numeric * \(query: Self.unit)")
    }
    if let maximum {
      conditions.append("abs(t.amount) <= \(maximum.text)::numeric * \(query: Self.unit)")
    }
    if let search {
      conditions.append("t.search @@ to_tsquery('simple', \(SearchText.query(search) ?? ""))")
    }
    if let importID { conditions.append("t.import_id = \(importID)") }
    if let updatedSince { conditions.append("t.updated_at >= \(updatedSince)") }
    return conditions
  }

  private func condition(_ category: Category, in ledgerID: Int64) -> PostgresQuery {
    let accounts: PostgresQuery =
      switch category {
      case .id(let id):
        """
        select id from account where ledger_id = \(ledgerID) and kind in ('income', 'expense')
          and type is null and (id = \(id) or parent_id = \(id))
        """
      case .none: "select id from account where ledger_id = \(ledgerID) and type = 'uncategorized'"
      }
    // Few or no transactions have no category, and whoever looks for them would look at all there are.
    // OFFSET has Postgres read the entries of that account alone, from their index.
    if case .none = category, !isDeleted {
      return """
        t.id = any(array(
          select e.transaction_id from account a cross join lateral (
            (select transaction_id from entry where not deleted and from_account = a.id offset 0)
            union all
            (select transaction_id from entry where not deleted and to_account = a.id offset 0)
          ) e
          where a.ledger_id = \(ledgerID) and a.type = 'uncategorized'))
        """
    }
    return """
      exists (select from entry where transaction_id = t.id and (
        from_account = any(array(\(query: accounts))) or to_account = any(array(\(query: accounts)))))
      """
  }

  /// By the parts of a split, each of which is one of the three. Most transactions are of one kind:
  /// OFFSET has Postgres look at the entries of one transaction after the other, and not at all first.
  private static func condition(_ kind: Kind) -> PostgresQuery {
    switch kind {
    case .income, .expense:
      """
      exists (select from entry join account on account.id in (from_account, to_account)
        where transaction_id = t.id and kind = \(kind.rawValue) offset 0)
      """
    case .transfer:
      """
      exists (select from entry
        join account source on source.id = from_account join account target on target.id = to_account
        where transaction_id = t.id and source.kind not in ('income', 'expense')
          and target.kind not in ('income', 'expense') offset 0)
      """
    }
  }

  /// How many minor units of its currency are one unit.
  private static let unit: PostgresQuery = """
    case
      when t.currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX',
        'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') then 1
      when t.currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 1000
      when t.currency in ('CLF', 'UYW') then 10000
      else 100
    end
    """
}

extension DecimalNumber {
  /// In SQL's notation.
  fileprivate var text: String {
    (isNegative ? "-" : "") + (digits.isEmpty ? "0" : digits.map(String.init).joined())
      + "e\(exponent)"
  }
}
