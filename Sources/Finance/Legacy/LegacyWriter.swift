import PostgresClient
import Tenancy

extension LedgerWriter {
  /// Records those that are not here yet, in cash and without a category, as the old routes do.
  func record(
    _ rows: [LegacyStore.Row]
  ) async throws -> (added: Int, present: Int, refusals: [LegacyRefusal]) {
    let known = try await run(
      """
      select external_id from transaction
      where ledger_id = \(ledgerID) and external_id = any(\(rows.map(\.externalID)))
      """)[0]
    let present = Set(try known.map { try $0.decode(0, as: String.self) })
    let account = try await cashAccount()
    var drafts: [TransactionDraft] = []
    var refusals: [LegacyRefusal] = []
    for row in rows where !present.contains(row.externalID) {
      do {
        drafts.append(try row.draft(account: account, in: currency))
      } catch {
        refusals.append(LegacyRefusal(.transaction, row.id, error.text))
      }
    }
    if !drafts.isEmpty { _ = try await create(drafts) }
    return (drafts.count, present.count, refusals)
  }
}
