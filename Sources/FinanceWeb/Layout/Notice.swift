import Finance
import Hummingbird

/// What was done just now, which the address of the next page says, and how it can be undone.
struct Notice: Sendable {
  enum Kind: String, Sendable {
    case added, saved, deleted, restored, linked, dismissed
  }

  let text: String
  /// Where the form that undoes it is posted to.
  let undo: String?

  /// Nil if the address says nothing of the kind.
  init?(_ request: Request, _ visit: LedgerVisit) {
    guard let kind = Kind(rawValue: request.query.text("done")) else { return nil }
    let words = visit.words
    text =
      switch kind {
      case .added: words.added
      case .saved: words.saved
      case .deleted: words.deleted
      case .restored: words.restored
      case .linked: words.linked
      case .dismissed: words.dismissed
      }
    undo =
      kind == .deleted
      ? request.query.id("id").map { visit.link("/transactions/\($0)/restore") } : nil
  }
}
