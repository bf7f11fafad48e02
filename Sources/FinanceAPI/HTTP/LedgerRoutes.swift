import HTTPSupport
import Hummingbird
import NIOCore
import Tenancy

/// `POST /transaction` and `GET /analytics`.
struct LedgerRoutes: Sendable {
  let environment: FinanceEnvironment

  func add(to router: Router<FinanceContext>) {
    router.post("transaction", use: record)
    router.get("analytics", use: analyze)
  }

  @Sendable private func record(_ request: Request, _ context: FinanceContext) async throws
    -> Response
  {
    let user = try await context.authenticate(request)
    let draft = try EntryDraft(json: try await request.legacyJSON(upTo: context.bodyLimit))
    do {
      try await ledger(of: user, context).record(draft)
    } catch let error as InvalidAmount {
      throw TextError(error)
    } catch is InvalidToken {
      throw TextError.invalidToken
    }
    return .legacyJSON(ByteBuffer(string: "{\"message\":\"success\"}\n"))
  }

  @Sendable private func analyze(_ request: Request, _ context: FinanceContext) async throws
    -> Response
  {
    let user = try await context.authenticate(request)
    guard let period = Period(of: request) else {
      throw TextError(
        .badRequest, "Invalid time period. Supported period: last_month, current_month")
    }
    do {
      return .legacyJSON(ByteBuffer(try await ledger(of: user, context).totals(period)))
    } catch is InvalidToken {
      throw TextError.invalidToken
    }
  }

  private func ledger(of user: TokenClaims, _ context: FinanceContext) -> DefaultLedger {
    DefaultLedger(
      user: user, tenant: context.tenant, store: LedgerStore(database: context.database),
      clock: environment.clock)
  }
}

extension Period {
  /// The query parameter `period`; nil if it is missing or no period.
  fileprivate init?(of request: Request) {
    guard let query = request.uri.query else { return nil }
    // The usual query has nothing else in it, and need not be taken apart.
    if query.hasPrefix("period="), let period = Self(rawValue: String(query.dropFirst(7))) {
      self = period
      return
    }
    guard let name = request.uri.queryParameters["period"] else { return nil }
    self.init(rawValue: String(name))
  }
}
