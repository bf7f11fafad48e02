import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/budgets`, and the report that compares them with what was spent.
struct BudgetRoutes: V1Feature {
  static let fragment = PackageResources.budgets_openapi_json

  func add(to routes: V1Routes) {
    routes.ledger(.get, "budgets/:month", use: show)
    routes.ledger(.get, "budgets/:month/:category", use: showCategory)
    routes.ledger(.put, "budgets/:month/:category", use: set)
    routes.ledger(.post, "budgets/:month/copy", use: copy)
    routes.ledger(.get, "reports/budget", use: report)
  }

  @Sendable private func show(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    guard let month = try? ledger.budgetMonth() else { throw NotFound() }
    let budget = try await BudgetStore(ledger.database).budget(month)
    return try .one(BudgetBody(budget: budget), for: request)
  }

  @Sendable private func showCategory(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    guard let month = try? ledger.budgetMonth() else { throw NotFound() }
    let budget = try await BudgetStore(ledger.database).budget(month)
    return try .one(
      CategoryBudgetBody(budget, of: try ledger.id("category")), for: request)
  }

  @Sendable private func set(_ request: Request, _ ledger: LedgerContext) async throws -> Response {
    let preconditions = try Preconditions(request.headers)
    let body = try BodyReader(json: try await request.jsonBytes(upTo: ledger.tenant.bodyLimit))
    let assigned = body.required("assigned", .decimal)
    let rollover = body.replacement("rollover", FieldType<Rollover>.choice)
    try body.finish()
    guard let assigned else { throw body.problem }
    let month = try ledger.budgetMonth()
    let category = try ledger.id("category")
    let budget = try await ledger.database.write { writer in
      if !preconditions.isEmpty {
        let seen = try CategoryBudgetBody(try await writer.budget(month), of: category)
        try preconditions.check(seen.entityTag)
      }
      return try await writer.setBudget(category, month, assigned: assigned, rollover: rollover)
    }
    return .changed(try CategoryBudgetBody(budget, of: category))
  }

  @Sendable private func copy(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let input = try await V1Input(request, ledger)
    let from = input.body.required("from", .month)
    if let from, ReportPeriod(from) == nil {
      input.body.report(LedgerContext.monthRule, at: "from")
    }
    try input.body.finish()
    guard let from else { throw input.body.problem }
    let month = try ledger.budgetMonth()
    return try await ledger.write(input) { writer in
      let budget = try await writer.copyBudget(from: from, to: month)
      return .one(BudgetBody(budget: budget))
    }
  }

  @Sendable private func report(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let query = try ReportQuery(QueryReader(request))
    let (currency, lines) = try await BudgetStore(ledger.database)
      .comparison(query.period, query.filter)
    return .v1 { json in
      json.object { json in
        json.members(query.period)
        json.member("currency", currency.code)
        json.member("categories", array: lines) { $0.comparison($1) }
        json.rates(lines.reduce(into: Set()) { $0.formUnion($1.directSpent.rates) })
        json.unconverted(lines)
      }
    }
  }
}

extension LedgerContext {
  fileprivate static let monthRule =
    "must be a month such as 2026-11 in the years \(ReportPeriod.years.lowerBound) to \(ReportPeriod.years.upperBound)"

  /// The month that the path names.
  ///
  /// - Throws: `Problem` 400 if it is none that books are kept in.
  fileprivate func budgetMonth() throws -> CivilMonth {
    guard let month = CivilMonth(try tenant.parameters.require("month")),
      ReportPeriod(month) != nil
    else {
      throw Problem.invalid([.init(.parameter, field: "month", message: Self.monthRule)])
    }
    return month
  }
}

extension JSONWriter {
  fileprivate mutating func budget(_ budget: Budget) {
    let currency = budget.currency
    object { json in
      json.member("month", budget.month.description)
      json.member("currency", currency.code)
      json.member("income", currency.text(budget.income.total.plus))
      json.member("assigned", currency.text(budget.assigned))
      json.member("left_to_assign", currency.text(budget.leftToAssign))
      json.member("categories", array: budget.lines) { $0.line($1, in: currency) }
      json.member("uncategorized_spent", currency.text(budget.uncategorized))
      json.rates(budget.income.rates.union(budget.rates))
      json.unconverted(budget)
    }
  }

  fileprivate mutating func line(_ line: Budget.Line, in currency: Currency) {
    object { json in
      json.member("category_id", id: line.categoryID)
      json.member("name", line.name)
      json.member("parent_id", id: line.parentID)
      json.member("assigned", currency.text(line.whole.assigned))
      json.member("spent", currency.text(line.whole.spent))
      json.member("carried", currency.text(line.whole.carried))
      json.member("left", currency.text(line.whole.left))
      json.member("direct_assigned", currency.text(line.direct.assigned))
      json.member("direct_spent", currency.text(line.direct.spent))
      json.member("rollover", line.rollover.rawValue)
    }
  }

  /// What no rate is known for, of spending and of income.
  private mutating func unconverted(_ budget: Budget) {
    member("unconverted", array: budget.unconverted) { json, part in
      json.object { json in
        json.member("currency", part.currency.code)
        json.member("month", part.month.description)
        json.member("category_id", id: part.categoryID)
        json.member("spent", part.currency.text(part.spent))
      }
    }
    member("unconverted_income", array: budget.income.unconverted) { json, part in
      json.object { json in
        json.member("currency", part.currency.code)
        json.member("income", part.currency.text(part.sums.plus))
      }
    }
  }

  /// What was spent in the categories themselves, and no rate is known for.
  fileprivate mutating func unconverted(_ lines: [BudgetComparison]) {
    let parts = lines.flatMap { line in
      line.directSpent.unconverted.map { (line.categoryID, $0.currency, $0.sums.minus) }
    }
    member("unconverted", array: parts) { json, part in
      let (categoryID, currency, spent) = part
      json.object { json in
        json.member("category_id", id: categoryID)
        json.member("currency", currency.code)
        json.member("spent", currency.text(spent))
      }
    }
  }

  fileprivate mutating func comparison(_ line: BudgetComparison) {
    let currency = line.spent.currency
    object { json in
      json.member("category_id", id: line.categoryID)
      json.member("name", line.name)
      json.member("parent_id", id: line.parentID)
      json.member("assigned", currency.text(line.assigned))
      json.member("spent", currency.text(line.spent.total.minus))
      json.member("left", currency.text(line.left))
      json.member("direct_assigned", currency.text(line.directAssigned))
      json.member("direct_spent", currency.text(line.directSpent.total.minus))
      json.member("by_currency", array: line.spent.parts) { $0.spent($1, into: currency) }
    }
  }
}

/// The budget of a month.
private struct BudgetBody: V1Body {
  let budget: Budget

  var version: Int64 { versionOfText }

  func write(to json: inout JSONWriter) { json.budget(budget) }
}

/// The budget of a category in a month.
private struct CategoryBudgetBody: V1Body {
  private let line: Budget.Line
  private let currency: Currency

  /// - Throws: `NotFound` if the category has none.
  init(_ budget: Budget, of category: Int64) throws(NotFound) {
    guard let line = budget.lines.first(where: { $0.categoryID == category }) else {
      throw NotFound()
    }
    self.line = line
    currency = budget.currency
  }

  var version: Int64 { versionOfText }

  func write(to json: inout JSONWriter) { json.line(line, in: currency) }
}

/// What is assigned to one category in one month, as the list of changes shows it.
struct BudgetLineBody: V1Body {
  let line: BudgetLine

  var version: Int64 { line.version }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("category_id", id: line.categoryID)
      json.member("month", line.month.description)
      json.member("assigned", line.assigned.text)
      json.member("rollover", line.rollover?.rawValue)
    }
  }
}
