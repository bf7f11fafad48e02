import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/changes`.
struct ChangeRoutes: V1Feature {
  static let fragment = PackageResources.changes_openapi_json

  func add(to routes: V1Routes) {
    routes.ledger(.get, "changes", use: list)
  }

  @Sendable private func list(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let query = QueryReader(request)
    let list = "changes of \(ledger.database.ledgerID)"
    let since = query.optional(
      "since",
      .string("the next_cursor of this list") { text in
        PageCursor(text, for: list, [:]).flatMap(LedgerChange.Position.init)
      })
    let limit = query.limit()
    try query.finish()
    let page = try await ChangeStore(ledger.database).list(after: since, limit: limit)
    let bodies = try await bodies(of: page.changes, in: ledger.database)
    // What has changed again since the page was read comes again, as it is then.
    let changes = page.changes.filter { change in
      change.isDeleted || bodies[change.position] != nil
    }
    let last = page.changes.last?.position ?? since
    return .v1 { json in
      json.object { json in
        json.member("data", array: changes) { json, change in
          Self.write(change, bodies[change.position], to: &json)
        }
        json.member("next_cursor", PageCursor(last).encoded(for: list, [:]))
        json.member("has_more", page.hasMore)
      }
    }
  }

  private static func write(
    _ change: LedgerChange, _ body: (any V1Body)?, to json: inout JSONWriter
  ) {
    json.object { json in
      json.member("type", change.position.type)
      json.member("id", id: change.position.id)
      json.member("version", Int(change.position.version))
      json.member("deleted", change.isDeleted)
      if let body {
        json.name("object")
        body.write(to: &json)
      }
    }
  }

  /// The things that are as the changes say.
  private func bodies(
    of changes: [LedgerChange], in ledger: LedgerDatabase
  ) async throws -> [LedgerChange.Position: any V1Body] {
    var found: [LedgerChange.Position: any V1Body] = [:]
    let present = Dictionary(grouping: changes.lazy.filter { !$0.isDeleted }, by: \.position.type)
    for type in ChangedType.allCases {
      let positions = (present[type.rawValue] ?? []).map(\.position)
      guard !positions.isEmpty else { continue }
      let bodies = try await type.bodies(of: positions.map(\.id), in: ledger)
      for position in positions {
        guard let body = bodies[position.id], body.version == position.version else { continue }
        found[position] = body
      }
    }
    return found
  }
}

extension ChangedType {
  /// The bodies of things of the type, by id.
  fileprivate func bodies(
    of ids: [Int64], in ledger: LedgerDatabase
  ) async throws -> [Int64: any V1Body] {
    func byID<Element>(
      _ elements: [Element], _ id: KeyPath<Element, Int64>, _ body: (Element) -> any V1Body
    ) -> [Int64: any V1Body] {
      Dictionary(uniqueKeysWithValues: elements.map { ($0[keyPath: id], body($0)) })
    }
    switch self {
    case .account:
      return byID(try await AccountStore(ledger).accounts(ids), \.id, AccountBody.init)
    case .budget:
      return byID(try await BudgetStore(ledger).lines(ids), \.id, BudgetLineBody.init)
    case .category:
      return byID(try await CategoryStore(ledger).list(), \.id, CategoryBody.init)
    case .ledger: return byID([try await ledger.ledger()], \.id, LedgerBody.init)
    case .payee: return byID(try await PayeeStore(ledger).payees(ids), \.id, PayeeBody.init)
    case .rate: return byID(try await RateStore(ledger).rates(ids), \.id, RateBody.init)
    case .reconciliation:
      return byID(
        try await ReconciliationStore(ledger).reconciliations(ids), \.id, ReconciliationBody.init)
    case .recurrence:
      return byID(try await RecurrenceStore(ledger).list(), \.id, RecurrenceBody.init)
    case .rule: return byID(try await RuleStore(ledger).list(), \.id, RuleBody.init)
    case .tag: return byID(try await TagStore(ledger).list(), \.id, TagBody.init)
    case .transaction:
      return byID(
        try await TransactionStore(ledger).transactions(ids), \.id, TransactionBody.init)
    }
  }
}

extension PageCursor {
  fileprivate init(_ position: LedgerChange.Position?) {
    self.init([
      String(position?.version ?? 0), position?.type ?? "", String(position?.id ?? 0),
    ])
  }
}

extension LedgerChange.Position {
  fileprivate init?(_ cursor: PageCursor) {
    guard cursor.key.count == 3, let version = Int64(cursor.key[0]), let id = Int64(cursor.key[2])
    else { return nil }
    self.init(version: version, type: cursor.key[1], id: id)
  }
}
