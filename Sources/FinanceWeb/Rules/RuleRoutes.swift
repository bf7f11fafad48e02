import Finance
import Hummingbird
import Tenancy

/// `/ledgers/{ledger}/rules`: what is done with transactions by itself.
struct RuleRoutes {
  /// How many changes a preview shows.
  private static let shownEffects = 50

  func add(to routes: PageRoutes) {
    routes.ledgerGet("/rules", use: list)
    routes.ledgerPost("/rules") { request, fields, visit in
      try await save(nil, request, fields, visit)
    }
    routes.ledgerGet("/rules/new", use: new)
    routes.ledgerGet("/rules/:rule", use: show)
    routes.ledgerPost("/rules/:rule") { request, fields, visit in
      try await save(try visit.user.id("rule"), request, fields, visit)
    }
    routes.ledgerPost("/rules/:rule/delete", use: delete)
    routes.ledgerPost("/rules/:rule/apply", use: apply)
    routes.ledgerPost("/rules/:rule/raise") { _, _, visit in try await move(by: -1, visit) }
    routes.ledgerPost("/rules/:rule/lower") { _, _, visit in try await move(by: 1, visit) }
  }

  /// What a form names by name.
  private struct Books: Sendable {
    let accounts: [Account]
    let categories: [Finance.Category]

    init(_ visit: LedgerVisit) async throws {
      async let accounts = AccountStore(visit.database).list(at: nil)
      async let categories = CategoryStore(visit.database).list()
      (self.accounts, self.categories) = try await (accounts, categories)
    }

    var names: RuleVocabulary.Names { .init(accounts, categories) }
  }

  @Sendable private func list(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    async let books = Books(visit)
    let rules = try await RuleStore(visit.database).list()
    let page = RulesPage(rules, try await books.names, request, visit)
    return .html(
      Templates.render("rules", visit.page(visit.words.ruleWords.rules, section: .more), page),
      for: request)
  }

  private func done(_ text: String, _ visit: LedgerVisit) -> Response {
    .see(visit.link("/rules?done=\(text)"))
  }

  // MARK: The form

  /// `?payee=&category=` begins a rule of what somebody has just sorted.
  @Sendable private func new(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    guard visit.canWrite else { throw LedgerRoleTooLow(needed: .editor) }
    let books = try await Books(visit)
    var form = RuleForm()
    let (payee, category) = (request.query.text("payee"), request.query.text("category"))
    if !payee.isEmpty {
      form.name = RuleForm.name(ofPayee: payee)
      form.conditions = [.init(key: "payee.is", typed: payee)]
    }
    if let name = books.names.categoryName(category) {
      form.actions = [.init(key: "set_category", typed: name)]
    }
    return respond(RulePage(form, nil, .init(), books.names, visit), request, visit)
  }

  @Sendable private func show(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    async let reading = Books(visit)
    let rule = try await RuleStore(visit.database).rule(try visit.user.id("rule"))
    let names = try await reading.names
    let form = RuleForm(rule.definition, names, visit.locale)
    return respond(RulePage(form, rule.id, .init(), names, visit), request, visit)
  }

  /// Keeps the rule, or shows what it would change.
  private func save(
    _ id: Int64?, _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let books = try await Books(visit)
    let form = RuleForm(fields)
    let faults: RuleForm.Faults
    do {
      let rule = try form.definition(books.names, visit.locale)
      guard !fields.isOn("try") else {
        let preview = try await visit.database.write { writer in
          try await writer.previewRule(rule, in: RuleRange(), limit: Self.shownEffects)
        }
        var page = RulePage(form, id, .init(), books.names, visit)
        page.outcome = .init(preview, books.accounts, books.categories, visit)
        return respond(page, request, visit)
      }
      if let id {
        let old = try await RuleStore(visit.database).rule(id).definition
        _ = try await visit.database.write { writer in
          try await writer.updateRule(id, RulePatch(from: old, to: rule)) { _ in }
        }
        return done("saved", visit)
      }
      let rules = try await visit.database.write { try await $0.createRule(rule).id }
      return .see(visit.link("/rules?done=added&id=\(rules)"))
    } catch let found as RuleForm.Faults {
      faults = found
    } catch let error as InvalidInput {
      faults = RuleForm.Faults(error, of: form, visit.words.ruleWords)
    } catch let error as BooksConflict {
      faults = RuleForm.Faults(error, visit.words.ruleWords)
    }
    return respond(
      RulePage(form, id, faults, books.names, visit), isFaulty: true, request, visit)
  }

  private func respond(
    _ page: RulePage, isFaulty: Bool = false, _ request: Request, _ visit: LedgerVisit
  ) -> Response {
    .html(
      Templates.render("rule", visit.page(page.title, section: .more), page),
      status: isFaulty ? .unprocessableContent : .ok, for: request)
  }

  // MARK: What is there already

  @Sendable private func delete(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("rule")
    try await visit.database.write { try await $0.deleteRule(id) { _ in } }
    return done("deleted", visit)
  }

  @Sendable private func apply(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("rule")
    let rule = try await RuleStore(visit.database).rule(id)
    let names = try await Books(visit).names
    let form = RuleForm(rule.definition, names, visit.locale)
    let faults: RuleForm.Faults
    do {
      let range = try range(fields, visit)
      let applied = try await visit.database.write { try await $0.applyRule(id, in: range) }
      return done("applied&count=\(applied.count)", visit)
    } catch let found as RuleForm.Faults {
      faults = found
    } catch let error as InvalidInput {
      faults = RuleForm.Faults(error, of: form, visit.words.ruleWords)
    } catch let error as BooksConflict {
      faults = RuleForm.Faults(error, visit.words.ruleWords)
    }
    var page = RulePage(form, id, faults, names, visit)
    (page.from, page.until) = (fields.text("from"), fields.text("until"))
    return respond(page, isFaulty: true, request, visit)
  }

  /// The days that a form names; without end where it names none.
  ///
  /// - Throws: ``RuleForm/Faults`` if one is no day: it would stand for all of them.
  private func range(_ fields: Form, _ visit: LedgerVisit) throws(RuleForm.Faults) -> RuleRange {
    let (from, until) = (fields.text("from"), fields.text("until"))
    let range = RuleRange(from: CivilDate(from), to: CivilDate(until))
    guard from.isEmpty || range.startDate != nil, until.isEmpty || range.endDate != nil else {
      throw RuleForm.Faults(general: visit.words.dateBad)
    }
    return range
  }

  /// Puts a rule before the one above it, or after the one below it.
  private func move(by step: Int, _ visit: LedgerVisit) async throws -> Response {
    let id = try visit.user.id("rule")
    var rules = try await RuleStore(visit.database).list()
    guard let place = rules.firstIndex(where: { $0.id == id }) else { throw NotFound() }
    if rules.indices.contains(place + step) { rules.swapAt(place, place + step) }
    let order = rules
    try await visit.database.write { writer in
      for (index, rule) in order.enumerated() where rule.definition.position != index + 1 {
        var patch = RulePatch()
        patch.position = index + 1
        _ = try await writer.updateRule(rule.id, patch) { _ in }
      }
    }
    return .see(visit.link("/rules"))
  }
}

extension RulePatch {
  /// Makes a rule what the definition says, and leaves it in its place. What it did already is not
  /// looked at again: it may name an account that is closed by now.
  fileprivate init(from old: RuleDefinition, to rule: RuleDefinition) {
    self.init()
    name = rule.name
    isActive = rule.isActive
    trigger = rule.trigger
    match = rule.match
    conditions = rule.conditions == old.conditions ? nil : rule.conditions
    actions = rule.actions == old.actions ? nil : rule.actions
  }
}
