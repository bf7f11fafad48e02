import Finance
import Hummingbird

/// A household to look at, in a ledger of its own, for whoever has not written anything yet. It goes with
/// one click.
struct ExampleRoutes {
  func add(to routes: PageRoutes) {
    routes.userPost("ledgers/example", use: make)
    routes.userPost("ledgers/:ledger/example/remove", use: remove)
  }

  @Sendable private func make(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    let id = try await DemoHousehold.makeExample(
      for: user.database, timeZone: user.visit.tenant.tenant.timeZone, in: user.visit.environment)
    return .see(user.site.link("/ledgers/\(id)"))
  }

  @Sendable private func remove(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    let visit = try LedgerVisit(user, user.id("ledger"), as: .owner)
    guard visit.isExample else { throw NotFound() }
    try await visit.database.write { try await $0.deleteLedger() }
    return .see(user.site.link("/"))
  }
}

extension LedgerVisit {
  /// Whether the ledger is there to be looked at, and is the user's to remove.
  var isExample: Bool { ledger.role == .owner && ledger.name == DemoHousehold.exampleName }
}
