import PostgresClient
import Tenancy

/// The categories of a ledger in their two levels, by kind and name.
struct ReportCategories: Sendable {
  struct Category: Sendable, Hashable {
    let id: Int64
    let name: String
    let isIncome: Bool
    let parentID: Int64?
    /// Whether it stands for what has no category.
    let isUncategorized: Bool
    let isArchived: Bool
  }

  let all: [Category]
  private let childrenByParent: [Int64: [Category]]

  init(_ categories: [Category]) {
    all = categories
    childrenByParent = Dictionary(grouping: categories.filter { $0.parentID != nil }) {
      $0.parentID ?? 0
    }
  }

  /// - Parameter rows: those of `ReportStore.categoryQuery`.
  init(_ rows: PostgresRows) throws {
    self.init(
      try rows.map { row in
        Category(
          id: try row.decode(0), name: try row.decode(1),
          isIncome: try row.decode(2, as: String.self) == AccountKind.income.rawValue,
          parentID: try row.decodeIfPresent(3), isUncategorized: try row.decode(4),
          isArchived: try row.decode(5))
      })
  }

  var roots: [Category] { all.filter { $0.parentID == nil } }

  func children(of category: Category) -> [Category] { childrenByParent[category.id] ?? [] }

  /// What categories come to, groups with their children; those that nothing happened in are left out.
  ///
  /// - Parameter rows: with the account's id of each.
  func lines(
    _ rows: [(Int64, EntrySums.Row)], _ rates: RateTable
  ) -> [CategorySums] {
    let sums = Dictionary(grouping: rows, by: \.0).mapValues {
      ConvertedSums($0.map(\.1).flows, rates)
    }
    return roots.compactMap { line($0, sums, ConvertedSums(currency: rates.currency)) }
  }

  private func line(
    _ category: Category, _ sums: [Int64: ConvertedSums], _ nothing: ConvertedSums
  ) -> CategorySums? {
    let own = children(of: category)
    let parts = ([category] + own).compactMap { sums[$0.id] }
    guard !parts.isEmpty else { return nil }
    return CategorySums(
      id: category.isUncategorized ? nil : category.id, name: category.name,
      isIncome: category.isIncome, sums: parts.reduce(nothing, +),
      direct: sums[category.id] ?? nothing,
      children: own.compactMap { line($0, sums, nothing) })
  }
}
