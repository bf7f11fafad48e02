import PostgresClient
import Tenancy

/// A transaction of the past, as far as it tells whether something recurs.
struct PastPayment: Sendable, Hashable {
  let id: Int64
  let accountID: Int64
  let payeeID: Int64
  let payee: String
  let date: CivilDate
  /// In minor units of the account's currency; what goes out is negative.
  let amount: Int64
}

/// Payments of the past at regular distances: the same account and payee, and similar amounts.
struct RegularPayment: Sendable, Hashable {
  /// At regular distances are three at least.
  static let fewest = 3

  let accountID: Int64
  let payee: String
  /// In order.
  let transactions: [Int64]
  let last: CivilDate
  /// The latest one's.
  let amount: Int64
  /// It begins with the next one that is to be expected.
  let schedule: Schedule

  /// A distance at which people pay, and by how many days it may be off.
  private struct Period {
    let unit: Schedule.Unit
    let every: Int
    let days: ClosedRange<Int>
    let slack: Int

    static let all = [
      Period(unit: .week, every: 1, days: 6...8, slack: 1),
      Period(unit: .week, every: 2, days: 12...16, slack: 2),
      Period(unit: .month, every: 1, days: 26...35, slack: 4),
      Period(unit: .month, every: 3, days: 85...97, slack: 5),
      Period(unit: .year, every: 1, days: 360...371, slack: 6),
    ]
  }

  /// What still goes on, the most frequent first.
  ///
  /// - Parameter payments: in any order.
  static func find(in payments: [PastPayment], today: CivilDate) -> [RegularPayment] {
    struct Series: Hashable {
      let accountID: Int64
      let payeeID: Int64
      let isOut: Bool
    }
    let series = Dictionary(grouping: payments) {
      Series(accountID: $0.accountID, payeeID: $0.payeeID, isOut: $0.amount < 0)
    }
    return series.values.flatMap(bySimilarAmount).compactMap { find(inOne: $0, today) }
      .sorted { left, right in
        (right.transactions.count, left.payee, left.accountID, left.amount)
          < (left.transactions.count, right.payee, right.accountID, right.amount)
      }
  }

  /// Whether amounts differ by a tenth at most.
  static func areSimilar(_ one: Int64, _ other: Int64) -> Bool {
    let (small, large) = (min(one.magnitude, other.magnitude), max(one.magnitude, other.magnitude))
    return one.signum() == other.signum() && large - small <= small / 10
  }

  /// A payee may be paid for several things.
  private static func bySimilarAmount(_ payments: [PastPayment]) -> [[PastPayment]] {
    var groups: [[PastPayment]] = []
    for payment in payments.sorted(by: { $0.amount.magnitude < $1.amount.magnitude }) {
      if let smallest = groups.last?.first, areSimilar(smallest.amount, payment.amount) {
        groups[groups.count - 1].append(payment)
      } else {
        groups.append([payment])
      }
    }
    return groups
  }

  private static func find(inOne payments: [PastPayment], _ today: CivilDate) -> RegularPayment? {
    let payments = payments.sorted { ($0.date, $0.id) < ($1.date, $1.id) }
    for period in Period.all {
      let run = latestRun(of: payments, at: period)
      guard run.count >= fewest, let last = run.last,
        // It may be late, but is not given up.
        today.daysSinceEpoch - last.date.daysSinceEpoch <= 2 * period.days.upperBound
      else { continue }
      return RegularPayment(
        accountID: last.accountID, payee: last.payee, transactions: run.map(\.id),
        last: last.date, amount: last.amount, schedule: next(after: run.map(\.date), period))
    }
    return nil
  }

  /// The last payments that are all at this distance.
  private static func latestRun(
    of payments: [PastPayment], at period: Period
  ) -> ArraySlice<PastPayment> {
    var first = max(payments.count - 1, 0)
    while first > 0,
      period.days.contains(
        payments[first].date.daysSinceEpoch - payments[first - 1].date.daysSinceEpoch)
    { first -= 1 }
    return payments[first...]
  }

  /// The schedule that goes on after the dates. Of days of the month the most frequent is meant, and
  /// of as frequent ones the latest: a short month has no 31st.
  private static func next(after dates: [CivilDate], _ period: Period) -> Schedule {
    let last = dates[dates.count - 1]
    let isByDay = period.unit == .week
    let day = isByDay ? \CivilDate.weekday : \CivilDate.day
    var counts: [Int: Int] = [:]
    for date in dates { counts[date[keyPath: day], default: 0] += 1 }
    let usual = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
    let model = dates.last { $0[keyPath: day] == usual } ?? last
    let schedule = Schedule(unit: period.unit, every: period.every, anchor: model)
    // What was paid a few days early is not expected again.
    let start = last.adding(days: period.slack) ?? last
    guard let next = schedule.dueDates(from: start).first(where: { $0 > last }),
      isByDay || next.day == model.day
    else { return schedule }
    return Schedule(unit: period.unit, every: period.every, anchor: next)
  }
}

extension RegularPayment {
  /// Whether the recurrence is this payment.
  func isKnown(as recurrence: Recurrence) -> Bool {
    let template = recurrence.template
    return template.accountID == accountID
      && template.payee.map(NameKey.key) == NameKey.key(of: payee)
      && Self.areSimilar(template.money.minorUnits, amount)
  }
}

/// A recurrence that somebody could make of payments of the past.
package struct RecurrenceSuggestion: Sendable, Hashable {
  /// How many are told at once.
  static let limit = 100

  package let template: TransactionTemplate
  package let schedule: Schedule
  /// The payments that it was found by, in order.
  package let transactions: [Int64]
  package let lastDate: CivilDate

  init(_ payment: RegularPayment, latest: Transaction) {
    template = TransactionTemplate(latest)
    schedule = payment.schedule
    transactions = payment.transactions
    lastDate = payment.last
  }
}

extension PastPayment {
  /// For how many days of the past, how many payments of one payee, and how many in all.
  private static let days = 1200
  private static let limits = (perPayee: 60, inAll: 20_000)

  /// The latest payments to each payee from each account, but for those of recurrences.
  static func query(in ledgerID: Int64, seconds: Int) -> PostgresQuery {
    """
    select t.id, t.account_id, t.payee_id, payee.name, t.date, t.amount
    from (
      select *, row_number() over (partition by account_id, payee_id order by date desc, id desc)
        as place
      from transaction
      where ledger_id = \(ledgerID) and deleted_at is null and not is_opening
        and payee_id is not null and recurrence_id is null and date between
          (select (to_timestamp(\(seconds)) at time zone time_zone)::date from ledger
            where id = \(ledgerID)) - \(days)::int
          and (select (to_timestamp(\(seconds)) at time zone time_zone)::date from ledger
            where id = \(ledgerID))
    ) t join payee on payee.id = t.payee_id
    where t.place <= \(limits.perPayee)
    order by t.date desc, t.id desc
    limit \(limits.inAll)
    """
  }

  init(_ row: PostgresRow) throws {
    self.init(
      id: try row.decode(0), accountID: try row.decode(1), payeeID: try row.decode(2),
      payee: try row.decode(3), date: try row.decode(4), amount: try row.decode(5))
  }
}
