import PostgresClient
import Tenancy

/// Makes drafts of rows.
struct ImportDrafts {
  private let writer: LedgerWriter
  private let importID: Int64
  private var categories: ImportCategories

  init(_ writer: LedgerWriter, _ file: Import) async throws {
    self.writer = writer
    importID = file.id
    categories = try await ImportCategories(writer, creates: file.createsCategories)
  }

  mutating func draft(of row: ImportRow) async throws -> TransactionDraft {
    // Rows that are to be written are complete.
    guard let accountID = row.accountID, let date = row.date, let money = row.money else {
      throw NotFound()
    }
    var draft = TransactionDraft(
      accountID: accountID, date: date, amount: DecimalNumber(money), payee: row.payee,
      memo: row.memo, tags: Self.tags(row.details.tags),
      status: row.details.isPending ? .pending : .cleared, externalID: row.externalID,
      importID: importID)
    if let category = row.chosenCategoryID {
      draft.target.categoryID = category
    } else if row.details.parts.isEmpty {
      draft.target = try await target(
        row.details.category, row.transferAccountID, row.details.transferAmount,
        isIncome: money.minorUnits > 0)
    } else {
      for part in row.details.parts {
        guard let amount = DecimalNumber(part.amount) else { continue }
        let target = try await target(
          part.category, part.transferAccountID, part.transferAmount, isIncome: !amount.isNegative)
        draft.splits.append(.init(amount: amount, target: target, memo: part.memo))
      }
    }
    return draft
  }

  private mutating func target(
    _ category: [String], _ transferID: Int64?, _ arriving: String?, isIncome: Bool
  ) async throws -> TransactionDraft.Target {
    if let transferID {
      return .init(
        transferAccountID: transferID, transferAmount: arriving.flatMap { DecimalNumber($0) })
    }
    return .init(categoryID: try await categories.id(of: category, isIncome: isIncome))
  }

  private static func tags(_ tags: [String]) -> [String] {
    tags.prefix(50).map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(50))) }
      .filter { !$0.isEmpty }
  }

  /// An account has one transaction with a bank's identity; banks give one identity to several.
  func clearTakenIDs(of drafts: inout [TransactionDraft]) async throws {
    for index in try await writer.takenExternalIDs(in: drafts) { drafts[index].externalID = nil }
  }
}
