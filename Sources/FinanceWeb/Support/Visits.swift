import Finance
import Foundation
import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

/// A request for a page of a tenant, by anybody.
struct Visit: Sendable {
  let tenant: TenantContext
  let environment: FinanceEnvironment
  let site: Site
  let locale: DisplayLocale
  let theme: Theme?

  init(_ request: Request, _ tenant: TenantContext, _ door: PageRoutes.Door) {
    self.tenant = tenant
    environment = door.environment
    site = Site(tenant, isDevelopment: door.isDevelopment)
    locale = DisplayLocale(acceptLanguage: request.headers[.acceptLanguage] ?? "")
    theme = Theme(request)
  }

  /// How whoever has signed in wants things written; as their browser says where that cannot be found.
  func readersLocale(_ request: Request) async -> DisplayLocale {
    guard let session = SessionCookie(site: site).session(of: request) else { return locale }
    let database = UserDatabase(tenant.database, session)
    let profile = try? await OwnAccount(database, environment, for: requester).profile()
    return profile?.locale.map { DisplayLocale($0) } ?? locale
  }

  var accounts: UserAccounts {
    UserAccounts(of: tenant.tenant, in: tenant.database, environment, for: requester)
  }

  /// Whose guesses are counted.
  var requester: Requester {
    let peer = Peer(tenant.source.peer)
    return Requester(tenant: tenant.tenant.id, host: peer.host, site: peer.site)
  }

  func page(_ title: String) -> PageFrame {
    var page = PageFrame(
      title: title, tenant: tenant.tenant.displayName, site: site, locale: locale)
    page.theme = theme
    return page
  }
}

/// A request of somebody who has signed in.
struct UserVisit: Sendable {
  let visit: Visit
  let session: BrowserSession
  let database: UserDatabase
  let profile: UserProfile
  /// The first is the one that people see first.
  let ledgers: [Ledger]
  /// Why the form was refused that led here.
  private let refusal: Refusal?

  /// How the user wants things written.
  var locale: DisplayLocale { profile.locale.map { DisplayLocale($0) } ?? visit.locale }
  var words: Words { locale.texts.words }
  var site: Site { visit.site }

  /// How many ledgers the switch offers.
  private static let maximumLedgers = 1000

  /// - Throws: `InvalidToken` if the session has ended, or there is none.
  init(_ request: Request, _ visit: Visit) async throws {
    guard let session = SessionCookie(site: visit.site).session(of: request) else {
      throw InvalidToken()
    }
    let database = UserDatabase(visit.tenant.database, session)
    async let ledgers = UserLedgerStore(database).list(limit: Self.maximumLedgers)
    profile = try await OwnAccount(database, visit.environment, for: visit.requester).profile()
    self.ledgers = try await ledgers
    refusal = Refusal(request)
    self.visit = visit
    self.session = session
    self.database = database
    // What fails here is done the next time.
    try? await database.noteUse(of: session)
  }

  func page(_ title: String) -> PageFrame {
    var page = PageFrame(
      title: title, tenant: visit.tenant.tenant.displayName, site: site, locale: locale)
    page.theme = visit.theme
    page.csrf = session.formToken
    page.user = profile.displayName ?? profile.username
    page.refusal = refusal.map(words.text)
    page.isTenantOwner = profile.role == .owner
    return page
  }
}

/// A request of a member of a ledger for one of its pages.
struct LedgerVisit: Sendable {
  let user: UserVisit
  let ledger: Ledger
  let database: LedgerDatabase

  /// - Parameter role: what the user must be in the ledger.
  /// - Throws: `LedgerNotFound`.
  init(_ user: UserVisit, _ ledger: Int64, as role: LedgerRole) throws {
    guard let found = user.ledgers.first(where: { $0.id == ledger }) else { throw LedgerNotFound() }
    self.user = user
    self.ledger = found
    database = user.database.ledger(ledger, as: role, user.visit.environment)
  }

  var locale: DisplayLocale { user.locale }
  var words: Words { user.words }
  var canWrite: Bool { ledger.role >= .editor }

  /// The day that it is in the ledger.
  var today: CivilDate { day(of: user.visit.environment.time) }

  /// The day that a moment is on in the ledger.
  func day(of moment: Date) -> CivilDate {
    let zone = TimeZone(identifier: ledger.timeZone) ?? .gmt
    let seconds = moment.timeIntervalSince1970
    let shifted = seconds + Double(zone.secondsFromGMT(for: moment))
    // The clock shows a year that the calendar has.
    return CivilDate(daysSinceEpoch: Int((shifted / 86_400).rounded(.down)))!
  }

  /// The path of one of the ledger's pages, without the tenant's prefix.
  func path(_ rest: String = "") -> String { "/ledgers/\(ledger.id)\(rest)" }

  /// The link to one of the ledger's pages.
  func link(_ rest: String = "") -> String { user.site.link(path(rest)) }

  func page(_ title: String, section: PageFrame.Section) -> PageFrame {
    var page = user.page(title)
    page.ledger = PageFrame.LedgerFrame(self, section)
    return page
  }
}
