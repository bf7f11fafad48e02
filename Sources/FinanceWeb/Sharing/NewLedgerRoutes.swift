import Finance
import Hummingbird
import Tenancy

/// `/ledgers/new`: a ledger besides those that somebody has.
struct NewLedgerRoutes {
  func add(to routes: PageRoutes) {
    routes.userGet("ledgers/new") { request, user in
      let tenant = user.visit.tenant.tenant
      let form = NewLedgerPage(
        typedName: "", typedCurrency: tenant.currency, typedZone: tenant.timeZone)
      return respond(form, request, user)
    }
    routes.userPost("ledgers", use: create)
  }

  @Sendable private func create(
    _ request: Request, _ form: Form, _ user: UserVisit
  ) async throws -> Response {
    let words = user.words
    var page = NewLedgerPage(
      typedName: form.text("name"), typedCurrency: form.text("currency").uppercased(),
      typedZone: form.text("zone"))
    let (name, zone) = (LedgerInput.name(page.typedName), LedgerInput.timeZone(page.typedZone))
    if name == nil { page.nameFault = words.sharingWords.ledgerNameBad }
    if zone == nil { page.zoneFault = words.sharingWords.zoneBad }
    guard let name, let zone else { return respond(page, isFaulty: true, request, user) }
    let draft = LedgerDraft(name: name, currency: page.typedCurrency, timeZone: zone)
    do {
      let ledger = try await user.database.write { try await $0.createLedger(draft) }
      return .see(user.site.link("/ledgers/\(ledger.id)"))
    } catch is InvalidInput {
      page.currencyFault = words.accountWords.currencyBad
      return respond(page, isFaulty: true, request, user)
    }
  }

  private func respond(
    _ page: NewLedgerPage, isFaulty: Bool = false, _ request: Request, _ user: UserVisit
  ) -> Response {
    .html(
      Templates.render("new-ledger", user.ownPage(user.words.sharingWords.newLedger), page),
      status: isFaulty ? .unprocessableContent : .ok, for: request)
  }
}

private struct NewLedgerPage: Sendable {
  let typedName: String
  let typedCurrency: String
  let typedZone: String
  var nameFault: String?
  var currencyFault: String?
  var zoneFault: String?
}
