import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/reports`, and the balances of an account through time.
struct ReportRoutes: V1Feature {
  static let fragment = PackageResources.reports_openapi_json

  /// How many payees a report names, unless the query says so.
  private static let payeeLimit = 200

  func add(to routes: V1Routes) {
    routes.ledger(.get, "reports/summary", use: summary)
    routes.ledger(.get, "reports/by-category", use: byCategory)
    routes.ledger(.get, "reports/by-payee", use: byPayee)
    routes.ledger(.get, "reports/by-tag", use: byTag)
    routes.ledger(.get, "reports/by-account", use: byAccount)
    routes.ledger(.get, "reports/cash-flow", use: cashFlow)
    routes.ledger(.get, "reports/net-worth", use: netWorth)
    routes.ledger(.get, "accounts/:account/balances", use: balances)
  }

  @Sendable private func summary(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let query = try ReportQuery(QueryReader(request))
    let report = try await ledger.reports(query).summary()
    return .v1 { json in json.object { $0.members(report) } }
  }

  @Sendable private func byCategory(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let query = try ReportQuery(QueryReader(request))
    let report = try await ledger.reports(query).byCategory()
    let nothing = ConvertedSums(currency: report.whole.sums.currency)
    func uncategorized(isIncome: Bool) -> ConvertedSums {
      report.lines.first { $0.id == nil && $0.isIncome == isIncome }?.sums ?? nothing
    }
    return .v1 { json in
      json.object { json in
        json.members(report.whole)
        json.member("categories", array: report.lines.filter { $0.id != nil }) { json, line in
          json.category(line)
        }
        json.member(
          "uncategorized",
          object: { json in
            json.member(
              "income", object: { $0.members(amount: \.plus, of: uncategorized(isIncome: true)) })
            json.member(
              "expense", object: { $0.members(amount: \.minus, of: uncategorized(isIncome: false)) }
            )
          })
      }
    }
  }

  @Sendable private func byPayee(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let reader = QueryReader(request)
    let limit = reader.limit(Self.payeeLimit)
    let query = try ReportQuery(reader)
    let report = try await ledger.reports(query).byPayee(limit: limit)
    return .v1 { json in
      json.object { json in
        json.members(report.whole)
        json.member("payees", array: report.lines) { $0.named($1, as: "payee_id") }
        if let others = report.others {
          json.member(
            "others",
            object: { json in
              json.member("count", others.count)
              json.members(others.sums)
            })
        } else {
          json.member("others", String?.none)
        }
      }
    }
  }

  @Sendable private func byTag(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let query = try ReportQuery(QueryReader(request))
    let report = try await ledger.reports(query).byTag()
    let untagged = report.lines.first { $0.id == nil }?.sums
    return .v1 { json in
      json.object { json in
        json.members(report.whole)
        json.member("overlapping", true)
        json.member("tags", array: report.lines.filter { $0.id != nil }) {
          $0.named($1, as: "tag_id")
        }
        json.member(
          "untagged",
          object: { json in
            json.members(untagged ?? ConvertedSums(currency: report.whole.sums.currency))
          })
      }
    }
  }

  @Sendable private func byAccount(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let query = try ReportQuery(QueryReader(request))
    let accounts = try await ledger.reports(query).byAccount()
    return .v1 { json in
      json.object { json in
        json.members(query.period)
        json.member("accounts", array: accounts) { $0.account($1) }
      }
    }
  }

  @Sendable private func cashFlow(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let query = try IntervalQuery(QueryReader(request), isFiltered: true)
    let sums = try await ReportStore(ledger.database, query.period, query.filter)
      .cashFlow(query.interval, query.intervals)
    return Self.intervals(sums, query, as: .flow)
  }

  @Sendable private func netWorth(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let query = try IntervalQuery(QueryReader(request), isFiltered: true)
    let sums = try await ReportStore(ledger.database, query.period, query.filter)
      .netWorth(query.interval, query.intervals)
    return Self.intervals(sums, query, as: .worth)
  }

  private static func intervals(
    _ sums: [IntervalSums], _ query: IntervalQuery, as names: SumNames
  ) -> Response {
    .v1 { json in
      json.object { json in
        json.members(query)
        // A period has one interval at least.
        json.member("currency", sums.first?.sums.currency.code)
        if names == .flow { json.rates(Set(sums.flatMap(\.sums.rates))) }
        json.member("intervals", array: sums) { json, interval in
          json.object { json in
            json.members(interval.period)
            json.members(interval.sums, as: names)
            json.unconverted(interval.sums, as: names)
          }
        }
      }
    }
  }

  @Sendable private func balances(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let query = try IntervalQuery(QueryReader(request), isFiltered: false)
    let account = try ledger.id("account")
    let (currency, points) = try await ReportStore(ledger.database, query.period, query.filter)
      .balances(of: account, query.interval, query.intervals)
    return .v1 { json in
      json.object { json in
        json.member("account_id", id: account)
        json.members(query)
        json.member("currency", currency.code)
        json.member("balances", array: points) { json, point in
          json.object { json in
            json.members(point.period)
            json.member("balance", currency.text(point.balance))
          }
        }
      }
    }
  }
}

extension LedgerContext {
  fileprivate func reports(_ query: ReportQuery) -> ReportStore {
    ReportStore(database, query.period, query.filter)
  }
}

extension JSONWriter {
  fileprivate mutating func members(_ query: IntervalQuery) {
    members(query.period)
    member("interval", query.interval.rawValue)
  }

  /// Members that all reports of income and expense have.
  fileprivate mutating func members(_ report: IntervalSums) {
    members(report.period)
    member("currency", report.sums.currency.code)
    members(report.sums)
    rates(report.sums.rates)
    unconverted(report.sums)
  }

  fileprivate mutating func named(_ line: NamedSums, as id: String) {
    object { json in
      json.member(id, id: line.id)
      json.member("name", line.name)
      json.members(line.sums)
    }
  }

  fileprivate mutating func category(_ line: CategorySums) {
    let side = line.isIncome ? \SumPair.plus : \SumPair.minus
    object { json in
      json.member("category_id", id: line.id)
      json.member("name", line.name)
      json.member("kind", line.isIncome ? "income" : "expense")
      json.members(amount: side, of: line.sums)
      json.member("direct_amount", line.direct.currency.text(line.direct.total[keyPath: side]))
      json.member("children", array: line.children) { $0.category($1) }
    }
  }

  fileprivate mutating func account(_ account: AccountSums) {
    object { json in
      json.member("account_id", id: account.id)
      json.member("name", account.name)
      json.member("type", account.type.rawValue)
      json.member("currency", account.currency.code)
      json.member("opening", account.currency.text(account.opening))
      json.member("in", account.currency.text(account.inflow))
      json.member("out", account.currency.text(account.outflow))
      json.member("closing", account.currency.text(account.closing))
    }
  }
}
