import HTTPSupport

/// An entry as a client asks for it: its amount is not yet known to be one of the ledger's currency.
struct EntryDraft: Hashable, Sendable {
  let kind: LedgerEntry.Kind
  let amount: DecimalNumber
  let description: EntryDescription?
}
