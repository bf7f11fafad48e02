import Finance
import HTTPSupport
import Tenancy

/// Which transactions the address asks for. What it says that is nothing is left out, so that a link
/// that was edited still shows a list.
struct TransactionQuery: Sendable {
  var filter = TransactionFilter()
  let position: TransactionFilter.Position?
  /// What each of the fields says, for the form and for links.
  let fields: [(name: String, value: String)]

  private static let names = [
    "q", "account", "category", "kind", "from", "until", "payee", "tag", "import",
  ]

  init(_ query: Form) {
    fields = Self.names.compactMap { name in
      let value = query.text(name)
      return value.isEmpty ? nil : (name, value)
    }
    filter.startDate = CivilDate(query.text("from"))
    filter.endDate = CivilDate(query.text("until"))
    filter.accountID = query.id("account")
    filter.payeeID = query.id("payee")
    let tag = query.text("tag")
    filter.tag = tag.isEmpty ? nil : tag
    filter.importID = query.id("import")
    filter.category =
      query.text("category") == "none"
      ? TransactionFilter.Category.none : query.id("category").map(TransactionFilter.Category.id)
    filter.kind = TransactionFilter.Kind(rawValue: query.text("kind"))
    let search = query.text("q")
    filter.search = search.isEmpty ? nil : search
    let parts = query.text("after").split(separator: "_")
    position =
      parts.count == 2 && CivilDate(parts[0]) != nil
      ? Int64(id: parts[1]).map { .init(value: String(parts[0]), id: $0) } : nil
  }

  func text(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }

  var isFiltered: Bool { !fields.isEmpty }

  /// Whether it is the whole register of one account, in which a balance stands on each line.
  var isWholeRegister: Bool {
    filter.accountID != nil && fields.allSatisfy { ["account", "from", "until"].contains($0.name) }
  }

  /// The query of the same list, or of the page after a position.
  ///
  /// - Parameter choosing: whether lines can be chosen there.
  func text(
    after position: TransactionFilter.Position? = nil, choosing: Bool = false
  ) -> String {
    var pairs = fields
    if choosing { pairs.append(("select", "1")) }
    if let position { pairs.append(("after", "\(position.value)_\(position.id)")) }
    let text = pairs.map { "\($0.name)=\($0.value.queryEncoded)" }.joined(separator: "&")
    return text.isEmpty ? "" : "?\(text)"
  }
}
