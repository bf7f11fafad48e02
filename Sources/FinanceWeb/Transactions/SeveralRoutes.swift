import Finance
import HTTPSupport
import Hummingbird
import Tenancy

/// What somebody has chosen and typed to change several lines.
struct SeveralForm: Sendable {
  var chosen: [Int64] = []
  /// An id; anything else takes the category away, and nothing leaves it.
  var category = ""
  var tag = ""

  private static let maximumTag = 50

  init() {}

  /// - Parameter maximum: how many lines at most.
  init(_ form: Form, upTo maximum: Int) {
    chosen = form.all("chosen").prefix(maximum).compactMap { Int64(id: $0) }
    category = form.text("category")
    tag = form.text("tag")
  }

  /// The tag as the books take it; empty if there is none, nil if it is no tag.
  var checkedTag: String? {
    let name = try? FieldType<String>.line(upTo: Self.maximumTag).read(.string(tag))
    // In CSV files commas are between tags.
    return name.flatMap { $0.contains(",") ? nil : $0 }
  }
}

/// What is done to several transactions of a list together.
struct SeveralRoutes {
  /// A page shows fewer.
  private static let maximum = 200

  func add(to routes: PageRoutes) {
    routes.ledgerPost("/transactions/several", use: change)
    routes.ledgerPost("/transactions/restore", use: restore)
  }

  @Sendable private func change(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let several = SeveralForm(form, upTo: Self.maximum)
    let ids = several.chosen
    let found = try await TransactionStore(visit.database).transactions(ids)
    let open = found.filter { $0.deletedAt == nil && !$0.isReconciled }
    guard !open.isEmpty else { return visit.back(form, done: ids.isEmpty ? nil : .severalLocked) }
    if form.text("do") == "delete" {
      let deleted = open.map(\.id)
      try await visit.database.write { try await $0.delete(deleted) }
      let list = deleted.map(String.init).joined(separator: ".")
      let isWhole = deleted.count == ids.count
      return visit.back(
        form, done: isWhole ? .severalDeleted : .severalDeletedPartly, "ids=\(list)")
    }
    guard let tag = several.checkedTag else {
      // The list as it was, with what was chosen and typed.
      let fields = form.text("back").split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
      return try await TransactionRoutes().respond(
        Form(urlEncoded: fields), several, tagFault: visit.words.registerWords.tagBad, request,
        visit)
    }
    let category = several.category
    // Parts have categories of their own, and what is a transfer has none.
    let plain = open.filter { !$0.isSplit && $0.parts[0].transfer == nil }
    let changes = [
      category.isEmpty ? nil : (plain.map(\.id), Self.categorizing(category)),
      tag.isEmpty ? nil : (open.map(\.id), Self.tagging(tag)),
    ].compactMap(\.self)
    guard !changes.isEmpty else { return visit.back(form) }
    try await visit.database.write { writer in
      for (ids, patch) in changes where !ids.isEmpty { _ = try await writer.update(ids, patch) }
    }
    let isWhole = changes.allSatisfy { $0.0.count == ids.count }
    return visit.back(form, done: isWhole ? .severalChanged : .severalPartly)
  }

  /// - Parameter category: an id; anything else takes the category away.
  private static func categorizing(_ category: String) -> TransactionPatch {
    var patch = TransactionPatch()
    patch.target.categoryID = Int64(id: category).map { .set($0) } ?? .clear
    return patch
  }

  private static func tagging(_ tag: String) -> TransactionPatch {
    var patch = TransactionPatch()
    patch.tagsAdded = [tag]
    return patch
  }

  @Sendable private func restore(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let ids = request.query.text("ids").split(separator: ".").prefix(Self.maximum)
      .compactMap { Int64(id: $0) }
    try await visit.database.write { writer in
      for id in ids { _ = try await writer.restore(id) }
    }
    return .see(visit.link("/transactions?done=\(Notice.Kind.restored.rawValue)"))
  }
}

extension LedgerVisit {
  /// The page that the form was on, which says so without the tenant's prefix.
  ///
  /// - Parameters:
  ///   - done: what its notice says.
  ///   - subject: fields of the query that go with it.
  func back(_ form: Form, done: Notice.Kind? = nil, _ subject: String? = nil) -> Response {
    let page = user.site.localPath(form.text("back")) ?? path()
    let notice = [done.map { "done=\($0.rawValue)" }, subject].compactMap(\.self)
    guard !notice.isEmpty else { return .see(user.site.link(page)) }
    let mark = page.contains("?") ? "&" : "?"
    return .see(user.site.link(page + mark + notice.joined(separator: "&")))
  }
}
