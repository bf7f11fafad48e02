import Finance
import HTTPSupport
import Hummingbird
import NIOCore
import Tenancy

/// The whole ledger as JSON, which an import brings back: see `LedgerArchive`.
struct JSONExport: LedgerExport {
  let books: ExportStore.Books
  let ledger: LedgerDatabase

  /// The arrays of the document. A feature that keeps something has its line here.
  private var sections: [Section] {
    [
      .whole("accounts", books.accounts.map(AccountBody.init)) { $1.write(to: &$0) },
      .whole("categories", books.categories) { $0.write($1) },
      .whole("tags", books.tags) { $0.value($1) },
      .paged("payees", ArchiveStore.payees) { $0.value($1.name) },
      .transactions,
      .whole("rules") { try await RuleStore($0).list().map(RuleBody.init) },
      .whole("recurrences") { try await RecurrenceStore($0).list().map(RecurrenceBody.init) },
      .paged("occurrences", ArchiveStore.occurrences) { $1.write(to: &$0) },
      .paged("reconciliations", ArchiveStore.reconciliations) { $1.write(to: &$0) },
      .paged("rates", ArchiveStore.rates) { $1.write(to: &$0) },
      .paged("budgets", ArchiveStore.budgets) { $1.write(to: &$0) },
      .paged("imported_rows", ArchiveStore.importedRows) { $1.write(to: &$0) },
      .paged("dismissed_transfers", ArchiveStore.dismissedTransfers) { $1.write(to: &$0) },
    ]
  }

  @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
    var head = JSONWriter()
    head.object { json in
      json.member("format", "terrace")
      json.member("version", 1)
      json.member("ledger") { json in
        json.member("name", books.name)
        json.member("currency", books.currency.code)
        json.member("time_zone", books.timeZone)
      }
    }
    var text = head.finish()
    // Without the bracket at its end, which comes after the sections.
    text.moveWriterIndex(to: text.writerIndex - 1)
    try await writer.write(text)
    for section in sections {
      try await writer.write(ByteBuffer(string: ",\"\(section.name)\":["))
      try await section.write(ledger, &writer)
      try await writer.write(ByteBuffer(string: "]"))
    }
    try await writer.write(ByteBuffer(string: "}\n"))
  }

  /// One array of the document.
  struct Section: Sendable {
    let name: String
    /// Writes the elements with commas between them.
    let write:
      @concurrent @Sendable (LedgerDatabase, inout any ResponseBodyWriter) async throws -> Void

    /// Of what a ledger has few of.
    static func whole<Element: Sendable>(
      _ name: String, _ elements: [Element],
      _ write: @escaping @Sendable (inout JSONWriter, Element) -> Void
    ) -> Section {
      Section(name: name) { _, writer in
        try await writer.write(Self.elements(elements, write))
      }
    }

    /// Of what a ledger has few of, to be read when its turn comes.
    static func whole<Body: V1Body & Sendable>(
      _ name: String, _ read: @escaping @Sendable (LedgerDatabase) async throws -> [Body]
    ) -> Section {
      Section(name: name) { ledger, writer in
        try await writer.write(elements(try await read(ledger)) { $1.write(to: &$0) })
      }
    }

    /// Of what a ledger may have many of: page after page, each after the last element of the one
    /// before, up to an empty one.
    static func paged<Element: Sendable>(
      _ name: String,
      _ page: @escaping @Sendable (ArchiveStore) -> (Element?) async throws -> [Element],
      _ write: @escaping @Sendable (inout JSONWriter, Element) -> Void
    ) -> Section {
      Section(name: name) { ledger, writer in
        let store = ArchiveStore(ledger)
        var last: Element?
        while true {
          let elements = try await page(store)(last)
          guard !elements.isEmpty else { return }
          if last != nil { try await writer.write(ByteBuffer(string: ",")) }
          try await writer.write(Self.elements(elements, write))
          last = elements.last
        }
      }
    }

    static var transactions: Section {
      Section(name: "transactions") { ledger, writer in
        var filter = TransactionFilter()
        filter.order = .oldest
        var isFirst = true
        try await TransactionStore(ledger).forEachPage(of: filter) { transactions in
          if !isFirst { try await writer.write(ByteBuffer(string: ",")) }
          isFirst = false
          try await writer.write(
            elements(transactions) { TransactionBody(transaction: $1).write(to: &$0) })
        }
      }
    }

    /// The text of an array without its brackets.
    private static func elements<Element>(
      _ elements: [Element], _ write: (inout JSONWriter, Element) -> Void
    ) -> ByteBuffer {
      var json = JSONWriter(capacity: 64 + elements.count * 400)
      json.array(elements, write)
      var text = json.finish()
      text.moveReaderIndex(forwardBy: 1)
      text.moveWriterIndex(to: text.writerIndex - 1)
      return text
    }
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ category: Category) {
    object { json in
      json.member("id", id: category.id)
      json.member("name", category.name)
      json.member("kind", category.kind.rawValue)
      json.member("parent_id", id: category.parentID)
      json.member("archived", category.isArchived)
    }
  }
}
