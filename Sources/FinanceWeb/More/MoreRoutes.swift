import Hummingbird

/// `/ledgers/{ledger}/more`: the pages that have no room in the bar of a phone.
struct MoreRoutes {
  func add(to routes: PageRoutes) {
    routes.ledgerGet("/more") { request, visit in
      let page = visit.page(visit.words.accountWords.moreTab, section: .more)
      return .html(Templates.render("more", page, MorePage(visit)), for: request)
    }
  }
}

private struct MorePage: Sendable {
  let importing: String
  let sorting: String
  let reporting: String
  let sharing: String
  let recurring: String
  let ruling: String

  init(_ visit: LedgerVisit) {
    importing = visit.link("/imports")
    sorting = visit.link("/categories")
    reporting = visit.link("/reports")
    sharing = visit.link("/sharing")
    recurring = visit.link("/recurrences")
    ruling = visit.link("/rules")
  }
}
