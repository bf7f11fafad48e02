import Finance
import Hummingbird
import Tenancy

/// Makes a rule of a category that was given: what a bank's file has of the payee gets it, too.
struct PayeeRuleRoutes {
  func add(to routes: PageRoutes) {
    routes.ledgerPost("/transactions/:transaction/rule", use: make)
    routes.ledgerPost("/transactions/rules/:rule/delete", use: undo)
  }

  @Sendable private func make(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("transaction")
    async let found = TransactionStore(visit.database).transaction(id)
    async let known = RuleStore(visit.database).list()
    let (transaction, rules) = try await (found, known)
    guard let rule = RuleDefinition(transaction) else { throw NotFound() }
    // Who asks twice has it once.
    let standing = rules.first {
      $0.definition.conditions == rule.conditions && $0.definition.actions == rule.actions
    }
    guard standing == nil else { return visit.back(form) }
    let made = try await visit.database.write { try await $0.createRule(rule) }
    return visit.back(form, done: .ruleMade, "id=\(made.id)")
  }

  @Sendable private func undo(
    _ request: Request, _ form: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("rule")
    try await visit.database.write { try await $0.deleteRule(id) { _ in } }
    return visit.back(form)
  }
}

extension RuleDefinition {
  /// What gives the payee's transactions the category of this one; nil if it has not both.
  fileprivate init?(_ transaction: Transaction) {
    guard let payee = transaction.payee?.name, !transaction.isSplit,
      let category = transaction.parts[0].categoryID
    else { return nil }
    self.init(
      name: RuleForm.name(ofPayee: payee), trigger: .imported,
      conditions: [RuleCondition(.payee, .is, [payee])],
      actions: [RuleAction(.setCategory, String(category))])
  }
}
