import Finance
import Hummingbird
import Tenancy

/// `/ledgers/{ledger}/categories`: the list, and the form of a category.
struct CategoryRoutes {
  func add(to routes: PageRoutes) {
    routes.ledgerGet("/categories", use: list)
    routes.ledgerPost("/categories", use: create)
    routes.ledgerPost("/categories/starters", use: addStarters)
    routes.ledgerGet("/categories/:category", use: show)
    routes.ledgerPost("/categories/:category", use: update)
    routes.ledgerPost("/categories/:category/archive") { request, _, visit in
      try await setArchived(true, request, visit)
    }
    routes.ledgerPost("/categories/:category/revive") { request, _, visit in
      try await setArchived(false, request, visit)
    }
    routes.ledgerPost("/categories/:category/merge", use: merge)
    routes.ledgerPost("/categories/:category/delete", use: delete)
  }

  // MARK: The list

  @Sendable private func list(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    let categories = try await CategoryStore(visit.database).list()
    return respond(categories, CategoryForm(), CategoryForm.Faults(), request, visit)
  }

  @Sendable private func create(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let form = CategoryForm(fields)
    let categories = try await CategoryStore(visit.database).list()
    do {
      let draft = try form.draft(among: categories, visit.words.categoryWords)
      _ = try await visit.database.write { try await $0.createCategory(draft) }
      return .see(visit.link("/categories?done=\(Notice.Kind.categoryAdded.rawValue)"))
    } catch {
      guard let faults = CategoryForm.Faults(error, visit.words) else { throw error }
      return respond(categories, form, faults, request, visit)
    }
  }

  /// Gives a ledger without categories those that a household may begin with.
  @Sendable private func addStarters(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let done = visit.link("/categories?done=\(Notice.Kind.startersAdded.rawValue)")
    // Who has sent the form twice has them already.
    guard try await CategoryStore(visit.database).list().isEmpty else { return .see(done) }
    let drafts = visit.words.categoryWords.starters.drafts
    try await visit.database.write { writer in
      for draft in drafts { _ = try await writer.createCategory(draft) }
    }
    return .see(done)
  }

  private func respond(
    _ categories: [Category], _ form: CategoryForm, _ faults: CategoryForm.Faults,
    _ request: Request, _ visit: LedgerVisit
  ) -> Response {
    let page = CategoriesPage(categories, form, faults, Notice(request, visit), visit)
    return .html(
      Templates.render(
        "categories", visit.page(visit.words.categories, section: .categories), page),
      status: faults.isEmpty ? .ok : .unprocessableContent, for: request)
  }

  // MARK: One category

  @Sendable private func show(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    try await respond(to: nil, CategoryForm.Faults(), request, visit)
  }

  @Sendable private func update(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let form = CategoryForm(fields)
    let month = visit.today.civilMonth
    async let listed = CategoryStore(visit.database).list()
    async let budget = BudgetStore(visit.database).budget(month)
    let (categories, lines) = try await (listed, budget.lines)
    return try await change(form, request, visit, done: .saved) { id, writer in
      let draft = try form.draft(among: categories, visit.words.categoryWords)
      var patch = CategoryPatch()
      patch.name = draft.name
      if fields.has("group") { patch.parentID = draft.parentID.map { .set($0) } ?? .clear }
      _ = try await writer.updateCategory(id, patch)
      let standing = lines.first { $0.categoryID == id }?.rollover
      if let rollover = form.rollover, rollover != standing {
        try await writer.setRollover(of: id, from: month, rollover)
      }
    }
  }

  private func setArchived(
    _ isArchived: Bool, _ request: Request, _ visit: LedgerVisit
  ) async throws -> Response {
    let done = isArchived ? Notice.Kind.categoryArchived : .categoryRevived
    return try await change(nil, request, visit, done: done) { id, writer in
      var patch = CategoryPatch()
      patch.isArchived = isArchived
      _ = try await writer.updateCategory(id, patch)
    }
  }

  @Sendable private func merge(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    guard let other = fields.id("into") else { throw NotFound() }
    return try await change(nil, request, visit, done: .categoryMerged) { id, writer in
      _ = try await writer.mergeCategory(id, into: other)
    }
  }

  @Sendable private func delete(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    try await change(nil, request, visit, done: .deleted) { id, writer in
      try await writer.deleteCategory(id)
    }
  }

  /// Changes the category, or says on its form why it cannot be.
  ///
  /// - Parameter form: what was typed; nil shows the category as it is.
  private func change(
    _ form: CategoryForm?, _ request: Request, _ visit: LedgerVisit, done: Notice.Kind,
    _ change: (Int64, LedgerWriter) async throws -> Void
  ) async throws -> Response {
    let id = try visit.user.id("category")
    do {
      try await visit.database.write { try await change(id, $0) }
    } catch {
      guard let faults = CategoryForm.Faults(error, visit.words) else { throw error }
      return try await respond(to: form, faults, request, visit)
    }
    let subject = done == .categoryArchived ? "&id=\(id)" : ""
    return .see(visit.link("/categories?done=\(done.rawValue)\(subject)"))
  }

  private func respond(
    to form: CategoryForm?, _ faults: CategoryForm.Faults, _ request: Request,
    _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("category")
    async let listed = CategoryStore(visit.database).list()
    async let budget = BudgetStore(visit.database).budget(visit.today.civilMonth)
    let (categories, lines) = try await (listed, budget.lines)
    guard let category = categories.first(where: { $0.id == id }) else { throw NotFound() }
    let standing = CategoryForm(category, lines.first { $0.categoryID == id }?.rollover)
    let page = CategoryPage(
      category, among: categories, form ?? standing, faults, Notice(request, visit), visit)
    return .html(
      Templates.render("category", visit.page(page.title, section: .categories), page),
      status: faults.isEmpty ? .ok : .unprocessableContent, for: request)
  }
}
