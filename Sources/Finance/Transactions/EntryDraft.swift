import Tenancy

/// Money that came in or went out, as a client asks to record it: its amount is not yet known to be
/// one of the ledger's currency.
package struct EntryDraft: Hashable, Sendable {
  package enum Kind: String, Sendable {
    case income, expense
  }

  let kind: Kind
  let amount: DecimalNumber
  let description: EntryDescription?

  package init(kind: Kind, amount: DecimalNumber, description: EntryDescription?) {
    self.kind = kind
    self.amount = amount
    self.description = description
  }
}

/// A user's note on an entry. It may be empty.
package struct EntryDescription: Hashable, Sendable {
  /// In Unicode scalars.
  static let maximumLength = 1000

  let text: String

  package init(_ text: String) throws(InvalidText) {
    guard text.unicodeScalars.count <= Self.maximumLength else {
      throw .tooLong(maximum: Self.maximumLength, unit: "characters")
    }
    guard !text.unicodeScalars.contains("\0") else { throw .forbidden("\0") }
    self.text = text
  }
}
