import Tenancy

/// What becomes of what is left of a category's budget at the end of a month.
package enum Rollover: String, Sendable, CaseIterable {
  /// The next month begins at zero.
  case none
  /// What was not spent goes on; what was spent too much does not.
  case surplus
  /// Both go on.
  case all

  func carried(_ left: Int128) -> Int128 {
    switch self {
    case .none: 0
    case .surplus: max(0, left)
    case .all: left
    }
  }
}

/// A category's budget through consecutive months.
struct BudgetChain: Sendable {
  /// What is said of a month.
  struct Month: Sendable, Hashable {
    var assigned: Int128 = 0
    var spent: Int128 = 0
    /// From this month on; nil leaves it as it was in the month before.
    var rollover: Rollover?
  }

  /// What follows from it.
  struct Line: Sendable, Hashable {
    let carried: Int128
    let left: Int128
    let rollover: Rollover
  }

  /// Nothing is carried into the first month. A month's policy decides about its own rest, so that
  /// what past months have carried on stays.
  static func lines(_ months: some Sequence<Month>) -> [Line] {
    var carried: Int128 = 0
    var rollover = Rollover.none
    return months.map { month in
      rollover = month.rollover ?? rollover
      let line = Line(
        carried: carried, left: carried + month.assigned - month.spent, rollover: rollover)
      carried = rollover.carried(line.left)
      return line
    }
  }
}

/// What is to be spent in a month, and what was.
package struct Budget: Sendable, Hashable {
  /// What there is to spend and was spent.
  package struct Sums: Sendable, Hashable {
    package var assigned: Int128
    package var spent: Int128
    /// What was left in the month before.
    package var carried: Int128

    package var left: Int128 { carried + assigned - spent }

    static func + (one: Sums, other: Sums) -> Sums {
      Sums(
        assigned: one.assigned + other.assigned, spent: one.spent + other.spent,
        carried: one.carried + other.carried)
    }
  }

  package struct Line: Sendable, Hashable {
    package let categoryID: Int64
    package let name: String
    /// Nil for a group.
    package let parentID: Int64?
    /// The category's own, without its children's. What is carried of a group is without what was spent
    /// in those children that had no plan of their own then.
    package let direct: Sums
    /// With its children's.
    package let whole: Sums
    package let rollover: Rollover

    /// The category's own.
    package var assigned: Int128 { direct.assigned }
    /// The category's own.
    package var carried: Int128 { direct.carried }
    /// With what was spent in its children.
    package var spent: Int128 { whole.spent }
    /// With what is left of its children.
    package var left: Int128 { whole.left }
  }

  /// What was spent in a currency that no rate is known for.
  package struct Unconverted: Sendable, Hashable {
    package let currency: Currency
    package let month: CivilMonth
    /// Nil for what has no category.
    package let categoryID: Int64?
    package let spent: Int128
  }

  package let month: CivilMonth
  /// The ledger's, which all amounts are in.
  package let currency: Currency
  package let income: ConvertedSums
  package let lines: [Line]
  /// What was spent without a category.
  package let uncategorized: Int128
  package let unconverted: [Unconverted]
  package let rates: [MonthRate]

  package var assigned: Int128 { lines.reduce(0) { $0 + $1.assigned } }
  package var leftToAssign: Int128 { income.total.plus - assigned }
}

/// What was assigned to a category in the months that a period touches, and what was spent in it.
package struct BudgetComparison: Sendable, Hashable {
  package let categoryID: Int64
  package let name: String
  /// Nil for a group.
  package let parentID: Int64?
  /// With its children's.
  package let assigned: Int128
  package let directAssigned: Int128
  /// With its children's.
  package let spent: ConvertedSums
  package let directSpent: ConvertedSums

  package var left: Int128 { assigned - spent.total.minus }
}

/// What is assigned to one category in one month, as it is stored.
package struct BudgetLine: Sendable, Hashable {
  package let id: Int64
  package let categoryID: Int64
  package let month: CivilMonth
  package let assigned: Money
  /// From this month on; nil leaves it as it was in the month before.
  package let rollover: Rollover?
  package let version: Int64
}
