import Crypto
import Finance
import Foundation
import Hummingbird
import Tenancy

/// Adding a transaction, and changing one.
struct TransactionFormRoutes {
  /// How many payees the form knows.
  private static let payeeLimit = 500

  func add(to routes: PageRoutes) {
    routes.ledgerGet("/transactions/new", use: new)
    routes.ledgerPost("/transactions", use: create)
    routes.ledgerGet("/transactions/:transaction", use: show)
    routes.ledgerPost("/transactions/:transaction", use: update)
  }

  // MARK: Adding

  @Sendable private func new(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    guard visit.canWrite else { throw LedgerRoleTooLow.editor }
    var form = TransactionForm()
    form.date = CivilDate(request.query.text("date"))?.description ?? visit.today.description
    form.account = request.query.id("account")
    form.kind = TransactionForm.Kind(rawValue: request.query.text("kind")) ?? .expense
    return try await respond(form, nil, TransactionForm.Faults(), request, visit)
  }

  @Sendable private func create(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    var form = TransactionForm(fields)
    do {
      if form.category == nil, form.parts.isEmpty, form.kind != .transfer {
        form.category = try await lastCategory(of: form.payee, visit)
      }
      let entry = try form.entry(visit.locale)
      let draft = TransactionDraft(
        accountID: entry.account, date: entry.date, amount: entry.amount, payee: entry.payee,
        memo: entry.memo, target: entry.parts.isEmpty ? entry.target : TransactionDraft.Target(),
        splits: entry.parts)
      _ = try await visit.database.write(once: key(of: fields)) { writer in
        _ = try await writer.create([draft])
        return StoredAnswer(status: 303, headers: "", body: "")
      }
      // The form stays open for the next one, on the same day and account.
      return .see(
        visit.link(
          "/transactions/new?done=added&date=\(entry.date)&account=\(entry.account)"
            + "&kind=\(form.kind.rawValue)"))
    } catch let faults as TransactionForm.Faults {
      return try await respond(form, nil, faults, request, visit)
    } catch let error as InvalidInput {
      return try await respond(
        form, nil, TransactionForm.Faults(error, visit.words), request, visit)
    }
  }

  /// Names what is added, so that it is added once: what waited for a network may be sent again. A
  /// form that was gone back to and changed adds something else.
  private func key(of fields: Form) -> IdempotencyKey? {
    guard let id = UUID(uuidString: fields.text("key")) else { return nil }
    let all = fields.all(beginningWith: "").filter { $0.rest != "csrf" }
    let text = all.map { "\($0.rest)=\($0.value.queryEncoded)" }.joined(separator: "&")
    let hash = Array(SHA256.hash(data: Data(text.utf8)))
    return IdempotencyKey(key: "page:\(id.uuidString):\(hash.hex)", requestHash: hash)
  }

  /// The category that a payee had the last time, unless it is archived by now.
  private func lastCategory(of payee: String, _ visit: LedgerVisit) async throws -> Int64? {
    guard !payee.isEmpty else { return nil }
    async let categoryList = CategoryStore(visit.database).list()
    async let payeePage = PayeeStore(visit.database).list(
      beginningWith: payee, after: nil, limit: 1)
    let (categories, payees) = try await (categoryList, payeePage.payees)
    let last = payees.first { $0.name.lowercased() == payee.lowercased() }?.lastCategoryID
    return categories.first { $0.id == last && !$0.isArchived }?.id
  }

  // MARK: Changing

  @Sendable private func show(_ request: Request, _ visit: LedgerVisit) async throws -> Response {
    let id = try visit.user.id("transaction")
    let transaction = try await TransactionStore(visit.database).transaction(id)
    guard transaction.deletedAt == nil else { throw NotFound() }
    return try await respond(
      TransactionForm(transaction, visit.locale), transaction, TransactionForm.Faults(), request,
      visit)
  }

  @Sendable private func update(
    _ request: Request, _ fields: Form, _ visit: LedgerVisit
  ) async throws -> Response {
    let id = try visit.user.id("transaction")
    let form = TransactionForm(fields)
    let old = try await TransactionStore(visit.database).transaction(id)
    let faults: TransactionForm.Faults
    do {
      let patch = TransactionPatch(try form.entry(visit.locale), of: old)
      _ = try await visit.database.write { try await $0.update([id], patch) }
      return .see(visit.link("/transactions?done=saved"))
    } catch let found as TransactionForm.Faults {
      faults = found
    } catch let error as InvalidInput {
      faults = TransactionForm.Faults(error, visit.words)
    } catch let error as BooksConflict {
      faults = TransactionForm.Faults(general: visit.words.text(Refusal(error)))
    }
    return try await respond(form, old, faults, request, visit)
  }

  private func respond(
    _ form: TransactionForm, _ transaction: Transaction?, _ faults: TransactionForm.Faults,
    _ request: Request, _ visit: LedgerVisit
  ) async throws -> Response {
    async let accountList = AccountStore(visit.database).list(at: nil)
    async let categoryList = CategoryStore(visit.database).list()
    async let payeePage = PayeeStore(visit.database).list(
      beginningWith: nil, after: nil, limit: Self.payeeLimit)
    let (accounts, categories, payees) = try await (accountList, categoryList, payeePage.payees)
    var page = TransactionPage(
      form, transaction, faults, .init(accounts: accounts, categories: categories, payees: payees),
      Notice(request, visit), visit)
    page.key = UUID().uuidString
    let title = transaction == nil ? visit.words.addTransaction : visit.words.editTransaction
    return .html(
      Templates.render("transaction", visit.page(title, section: .transactions), page),
      status: faults.isEmpty ? .ok : .unprocessableContent, for: request)
  }
}

extension TransactionPatch {
  /// What makes a transaction what the form says. A part whose category is as it was stays as it is,
  /// which may be a transfer.
  init(_ entry: TransactionForm.Entry, of old: Transaction) {
    self.init()
    accountID = entry.account
    date = entry.date
    amount = entry.amount
    payee = entry.payee.isEmpty ? .clear : .set(entry.payee)
    memo = entry.memo
    let oldParts = old.isSplit ? old.parts : []
    splits = entry.parts.map { part in
      var split = Split()
      split.id = part.id
      split.amount = part.amount
      let standing = oldParts.first { $0.id == part.id }
      let isKept = standing.map { $0.categoryID == part.target.categoryID } ?? false
      if !isKept { split.target = Target(part.target) }
      return split
    }
    if entry.parts.isEmpty { target = Target(entry.target) }
  }
}

extension TransactionPatch.Target {
  /// Puts the target in the place of what there was.
  init(_ target: TransactionDraft.Target) {
    self.init()
    categoryID = target.categoryID.map { .set($0) } ?? .clear
    transferAccountID = target.transferAccountID.map { .set($0) } ?? .clear
    transferAmount = target.transferAmount.map { .set($0) } ?? .clear
  }
}

extension LedgerRoleTooLow {
  fileprivate static let editor = LedgerRoleTooLow(needed: .editor)
}
