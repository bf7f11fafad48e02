import Finance
import Mustache
import Tenancy

/// What is around every page: its title, the way to the other pages, and what forms need.
struct PageFrame: Sendable {
  enum Section: String, Sendable {
    case month, transactions, accounts, imports, categories, reports, more
    /// What belongs to the user, and to no ledger.
    case own
  }

  /// The ledger that the page is of.
  struct LedgerFrame: Sendable {
    /// The link to its month.
    let home: String
    let name: String
    let others: [Other]
    let hasOthers: Bool
    let isMonth: Bool
    let isTransactions: Bool
    let isAccounts: Bool
    let isImports: Bool
    let isReports: Bool
    let isMore: Bool
    let canWrite: Bool

    struct Other: Sendable {
      let name: String
      let link: String
    }

    init(_ visit: LedgerVisit, _ section: Section) {
      home = visit.link()
      name = visit.ledger.name
      others = visit.user.ledgers.filter { $0.id != visit.ledger.id }.map { ledger in
        Other(name: ledger.name, link: visit.user.site.link("/ledgers/\(ledger.id)"))
      }
      hasOthers = !others.isEmpty
      isMonth = section == .month
      isTransactions = section == .transactions
      isAccounts = section == .accounts
      isImports = section == .imports
      isReports = section == .reports
      isMore = section == .more
      canWrite = visit.canWrite
    }
  }

  let title: String
  let tenant: String
  private let site: Site
  private let locale: DisplayLocale
  /// Of a user's session.
  var csrf: String?
  var user: String?
  /// Why a form was refused, in words.
  var refusal: String?
  /// Whether the user looks after the tenant's users.
  var isTenantOwner = false
  var ledger: LedgerFrame?
  /// Whether no file is served where the page is, so that it brings its style along.
  var isBare = false
  /// What the browser was told, if it was.
  var theme: Theme?

  init(title: String, tenant: String, site: Site, locale: DisplayLocale) {
    self.title = title
    self.tenant = tenant
    self.site = site
    self.locale = locale
  }
}

extension PageFrame: MustacheParent {
  func child(named name: String) -> Any? {
    switch name {
    case "title": title
    case "tenant": tenant
    case "base": site.prefix
    case "language": locale.texts.language
    case "direction": locale.isRightToLeft ? "rtl" : "ltr"
    case "t": locale.texts
    case "csrf": csrf
    case "user": user
    case "refusal": refusal
    case "isTenantOwner": isTenantOwner
    case "theme": theme?.rawValue
    case "inlineStyle": isBare ? Asset.style.text : nil
    case "hasFiles": !isBare
    case "style": site.link("/assets/\(Asset.style.name)")
    case "script": site.link("/assets/\(Asset.script.name)")
    case "icon": site.link("/assets/\(Asset.icon.name)")
    case "sprite": site.link("/assets/\(Asset.sprite.name)")
    case "manifest": site.link("/assets/\(Asset.manifest.name)")
    default: nil
    }
  }
}
