import Finance
import Hummingbird

/// Why the books do not take a change, where no field of a form says it. Where nothing else is shown, the
/// page that the form was on says it at its top: its address names it.
enum Refusal: String, Error, Sendable, CaseIterable {
  case account, category, date, amount, reconciled
  case transferMerged = "transfer-merged"
  case incomeCategory = "income-category"
  case externalID = "external-id-taken"
  case tooManyRecurrences = "too-many-recurrences"
  case tooManyRules = "too-many-rules"
  /// Anything else: somebody has changed what the page was made of.
  case changed

  private static let field = "refused"
  /// What an address says of something that was done before.
  private static let notices = ["done", "id", "ids", "of", "count", "due", field]

  init(_ conflict: BooksConflict) { self = Refusal(rawValue: conflict.kind) ?? .changed }

  init(_ fault: InvalidInput.Fault) {
    switch fault.path.last {
    case "account_id", "transfer_account_id": self = .account
    case "category_id": self = .category
    case "date", "transfer_date", "anchor_date", "statement_date": self = .date
    case "amount", "transfer_amount", "assigned": self = .amount
    default: self = .changed
    }
  }

  /// Nil if the error is nothing that the books say of a change.
  init?(_ error: any Error) {
    switch error {
    case let refusal as Refusal: self = refusal
    case let conflict as BooksConflict: self = Refusal(conflict)
    case let input as InvalidInput:
      guard let fault = input.faults.first else { return nil }
      self = Refusal(fault)
    default: return nil
    }
  }

  /// What the address of a page says.
  init?(_ request: Request) { self.init(rawValue: request.query.text(Self.field)) }

  /// A page's path that says so, and no longer what was done before.
  func marking(_ path: String) -> String {
    let parts = path.split(separator: "?", maxSplits: 1)
    let fields = parts.dropFirst().first?.split(separator: "&").filter { field in
      !Self.notices.contains { field.hasPrefix("\($0)=") }
    }
    let query = (fields ?? []).map(String.init) + ["\(Self.field)=\(rawValue)"]
    return "\(parts.first ?? "/")?\(query.joined(separator: "&"))"
  }
}

extension UserVisit {
  /// The page that the form was on, which says why the books do not take it.
  func refused(_ refusal: Refusal, _ form: Form, _ request: Request) -> Response {
    let page = site.localPath(form.text("back")) ?? site.page(before: request) ?? "/"
    return .see(site.link(refusal.marking(page)))
  }
}
