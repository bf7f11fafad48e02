import Finance
import Hummingbird
import Tenancy

/// `/ledgers/{ledger}/budgets`: what the page of a month assigns to its categories.
struct BudgetRoutes {
  func add(to routes: PageRoutes) {
    routes.ledgerPost("/budgets", use: assign)
    routes.ledgerPost("/budgets/copy", use: copy)
    routes.ledgerPost("/budgets/cover", use: cover)
  }

  @Sendable private func assign(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    guard let form = BudgetForm(fields) else { throw NotFound() }
    var plan = MonthPage.Plan(showsAll: fields.isOn("plan"))
    do {
      let changes = try form.changes(visit.ledger.currency, visit.locale)
      if !changes.isEmpty {
        try await visit.database.write { writer in
          for (category, assigned) in changes {
            _ = try await writer.setBudget(
              category, form.month, assigned: assigned, rollover: nil)
          }
        }
      }
      return back(to: form.month, nil, fields, visit)
    } catch let faults as BudgetForm.Faults {
      plan.faulty = Set(faults.typed.keys)
    } catch is NotFound {
      // It was merged or deleted meanwhile.
      plan.refusal = .category
    } catch {
      guard let refusal = Refusal(error) else { throw error }
      plan.refusal = refusal
    }
    plan.typed = form.typed(visit.ledger.currency, visit.locale)
    return try await MonthRoutes().respond(form.month, plan, request, visit)
  }

  /// Assigns what the month before has.
  @Sendable private func copy(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    guard let month = CivilMonth(fields.text("month")), let before = month.previous else {
      throw NotFound()
    }
    try await visit.database.write { writer in
      _ = try await writer.copyBudget(from: before, to: month)
    }
    return back(to: month, .planCopied, fields, visit)
  }

  /// Gives a category what it is over by, from another one or from what is not assigned.
  @Sendable private func cover(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    guard let month = CivilMonth(fields.text("month")), let category = fields.id("category") else {
      throw NotFound()
    }
    let other = fields.id("from")
    do {
      try await visit.database.write { writer in
        _ = try await writer.coverBudget(of: category, month, from: other)
      }
    } catch is NotFound {
      throw Refusal.category
    }
    return back(to: month, .covered, fields, visit)
  }

  private func back(
    to month: CivilMonth, _ done: Notice.Kind?, _ fields: Form, _ visit: LedgerVisit
  ) -> Response {
    let plan = fields.isOn("plan") ? "&plan=all" : ""
    let notice = done.map { "&done=\($0.rawValue)" } ?? ""
    return .see(visit.link("?month=\(month)\(plan)\(notice)"))
  }
}
