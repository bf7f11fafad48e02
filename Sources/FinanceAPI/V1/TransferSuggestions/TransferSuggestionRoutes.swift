import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// `/v1/ledgers/{ledger}/transfer-suggestions`.
struct TransferSuggestionRoutes: V1Feature {
  static let fragment = PackageResources.transfer_suggestions_openapi_json

  func add(to routes: V1Routes) {
    routes.ledger(.get, "transfer-suggestions", use: list)
    routes.ledger(.post, "transfer-suggestions/:suggestion/accept", use: accept)
    routes.ledger(.post, "transfer-suggestions/:suggestion/dismiss", use: dismiss)
  }

  @Sendable private func list(_ request: Request, _ ledger: LedgerContext) async throws -> Response
  {
    let query = QueryReader(request)
    let list = "transfer suggestions of \(ledger.database.ledgerID)"
    let cursor = query.cursor(of: list, keys: 2)
    let limit = query.limit()
    try query.finish()
    let position = cursor.flatMap(TransferSuggestionStore.Position.init)
    let page = try await TransferSuggestionStore(ledger.database)
      .list(after: position, limit: limit)
    let next = page.next.map {
      PageCursor([$0.date.description, $0.id.text]).encoded(for: list, query.filters)
    }
    return .list(page.suggestions, next: next) { Self.write($1, to: &$0) }
  }

  private static func write(_ suggestion: TransferSuggestion, to json: inout JSONWriter) {
    json.object { json in
      json.member("id", suggestion.id.text)
      json.name("outgoing")
      TransactionBody(transaction: suggestion.outgoing).write(to: &json)
      json.name("incoming")
      TransactionBody(transaction: suggestion.incoming).write(to: &json)
    }
  }

  @Sendable private func accept(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    try input.body.finish()
    let id = try ledger.suggestion
    return try await ledger.write(input) { writer in
      let transfer = try await writer.acceptTransfer(id)
      return .one(TransactionBody(transaction: transfer))
    }
  }

  @Sendable private func dismiss(
    _ request: Request, _ ledger: LedgerContext
  ) async throws -> Response {
    let input = try await V1Input(request, ledger)
    try input.body.finish()
    let id = try ledger.suggestion
    return try await ledger.write(input) { writer in
      try await writer.dismissTransfer(id)
      return .done
    }
  }
}

extension TransferSuggestion.ID {
  /// Both ids, the outgoing transaction's first.
  fileprivate var text: String { "\(outgoing)-\(incoming)" }

  fileprivate init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let outgoing = Int64(id: parts[0]), let incoming = Int64(id: parts[1])
    else { return nil }
    self.init(outgoing: outgoing, incoming: incoming)
  }
}

extension TransferSuggestionStore.Position {
  fileprivate init?(_ cursor: PageCursor) {
    guard let date = CivilDate(cursor.key[0]), let id = TransferSuggestion.ID(cursor.key[1]) else {
      return nil
    }
    self.init(date: date, id: id)
  }
}

extension LedgerContext {
  /// The pair in the route's path.
  fileprivate var suggestion: TransferSuggestion.ID {
    get throws {
      guard let id = TransferSuggestion.ID(try tenant.parameters.require("suggestion")) else {
        throw NotFound()
      }
      return id
    }
  }
}
