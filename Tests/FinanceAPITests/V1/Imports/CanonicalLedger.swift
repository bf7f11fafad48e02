import HTTPSupport
import Tenancy

@testable import FinanceAPI

/// What answers about a ledger say, but for ids, which become the places of things in its export, and
/// instants. Two ledgers that are equal have equal texts.
struct CanonicalLedger {
  private static let left = [
    "id", "import_id", "payee_id", "tag_id", "created_at", "updated_at", "last_account_id",
    "last_category_id", "balance_date",
  ]
  private static let unordered = [
    "occurrences", "budgets", "imported_rows", "dismissed_transfers",
    "transaction_ids",
  ]

  private let places: [String: [String: String]]

  /// - Parameter export: the ledger's own JSON.
  init(of export: JSONValue) {
    func places(_ list: String) -> [String: String] {
      guard case .array(let elements) = export[list] else { return [:] }
      return Dictionary(
        uniqueKeysWithValues: elements.enumerated().compactMap { index, element in
          element["id"]?.text.map { ($0, "\(list) \(index)") }
        })
    }
    let accounts = places("accounts").merging(places("categories")) { first, _ in first }
    let transactions = places("transactions")
    self.places = [
      "account_id": accounts, "transfer_account_id": accounts, "category_id": accounts,
      "parent_id": accounts, "value": accounts, "transaction_id": transactions,
      "transaction_ids": transactions, "outgoing_id": transactions, "incoming_id": transactions,
      "recurrence_id": places("recurrences"),
    ]
  }

  func text(_ value: JSONValue) -> String { text(value, "") }

  private func text(_ value: JSONValue, _ name: String) -> String {
    switch value {
    case .null: "null"
    case .bool(let flag): "\(flag)"
    case .number(let number): "\(number)"
    case .string(let text): places[name]?[text] ?? "\"\(text)\""
    case .array(let elements):
      list(Self.unordered.contains(name), elements.map { text($0, name) })
    case .object(let members):
      "{"
        + members.filter { !Self.left.contains($0.key) }.sorted { $0.key < $1.key }
        .map { "\($0.key): \(text($0.value, $0.key))" }.joined(separator: ", ") + "}"
    }
  }

  private func list(_ isUnordered: Bool, _ elements: [String]) -> String {
    "[\n" + (isUnordered ? elements.sorted() : elements).joined(separator: ",\n") + "]"
  }
}

extension JSONValue {
  var text: String? {
    if case .string(let text) = self { text } else { nil }
  }
}
