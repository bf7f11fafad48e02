import Testing

@testable import StatementFormats

@Suite struct CSVReaderTests {
  private func records(
    _ text: String, _ separator: CSVSeparator = .comma, chunk: Int = .max
  ) throws(StatementFileError) -> [CSVRecord] {
    var reader = CSVReader(separator: separator)
    var records: [CSVRecord] = []
    for chunk in Array(text.utf8).chunks(of: chunk) { try reader.read(chunk, into: &records) }
    try reader.finish(into: &records)
    return records
  }

  @Test(arguments: [
    ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]), ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]),
    ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]), ("\"a,b\",c", [["a,b", "c"]]),
    ("\"a\nb\",c\n", [["a\nb", "c"]]), ("\"a\r\nb\",c\n", [["a\r\nb", "c"]]),
    ("\"a\"\"b\",\"\"\n", [["a\"b", ""]]), ("a,,\n", [["a", "", ""]]),
    ("\n\na\n\n", [["a"]]), ("a\"b,c\n", [["a\"b", "c"]]), ("\"a\"b,c\n", [["ab", "c"]]),
    ("\"\"\"\"", [["\""]]), (",", [["", ""]]), ("", []), ("\n", []),
  ])
  func quotesSeparatorsAndLineEndsAreRead(text: String, expected: [[String]]) throws {
    for chunk in [1, 2, 3, .max] {
      #expect(try records(text, chunk: chunk).map(\.fields) == expected)
    }
  }

  @Test(arguments: CSVSeparator.allCases)
  func everySeparatorIsFound(separator: CSVSeparator) throws {
    let mark = separator.rawValue
    let text =
      ["Date", "Text", "Amount"].joined(separator: mark) + "\n"
      + (1...9).map { "2026-11-0\($0)\(mark)a, b; c\(mark)5.00\n" }.joined()
    if separator == .tab || separator == .pipe {
      #expect(CSVSeparator.found(in: Array(text.utf8)[...]) == separator)
    }
    let quoted = text.replacing("a, b; c", with: "\"a, b; c\"")
    #expect(CSVSeparator.found(in: Array(quoted.utf8)[...]) == separator)
  }

  @Test func linesAreCountedWithThoseInQuotes() throws {
    for end in ["\n", "\r\n", "\r"] {
      let text = ["a,b", "\"x", "y\",c", "", "d,e"].joined(separator: end)
      #expect(try records(text).map(\.line) == [1, 2, 5])
    }
  }

  @Test func anOpenQuotationMarkSpoilsItsOwnLineOnly() throws {
    for chunk in [1, 7, .max] {
      let found = try records("a,b\nc,\"d\ne,f\ng,\"h, i\"\n", chunk: chunk)
      // The mark is closed by the next one, two lines below.
      #expect(found.map(\.fields) == [["a", "b"], ["c", "d\ne,f\ng,h", " i\""]])
      let atTheEnd = try records("a,b\nc,\"d\ne,f\n", chunk: chunk)
      #expect(atTheEnd.map(\.fields) == [["a", "b"], ["c", "\"d"], ["e", "f"]])
      #expect(atTheEnd.map(\.line) == [1, 2, 3])
      #expect(atTheEnd.map(\.hasOpenQuote) == [false, true, false])
    }
  }

  @Test func anOpenQuotationMarkIsNoticedInAHugeFile() throws {
    let rows = (0..<5000).map { "row,\($0)\n" }.joined()
    for chunk in [1, 4096, .max] {
      let found = try records("x,\"y\n" + rows, chunk: chunk)
      #expect(found.count == 5001)
      #expect(found.last?.fields == ["row", "4999"])
    }
  }

  @Test func endlessRecordsAreRefused() {
    let long = String(repeating: "x", count: 70_000)
    #expect(failure { _ = try records(long + ",b\n") }?.code == .limitExceeded)
    #expect(failure { _ = try records("\"" + long + "\"") }?.code == .limitExceeded)
    #expect(failure { _ = try records(String(repeating: ",", count: 600)) }?.code == .limitExceeded)
    let open = String(repeating: "a,\"b\n" + String(repeating: "c\n", count: 201), count: 101)
    #expect(failure { _ = try records(open) }?.code == .malformed)
  }

  @Test func whatIsWrittenIsReadBack() throws {
    var random = SeededGenerator(seed: 13)
    let alphabet = ["a", "ä", "€", ",", ";", "\t", "|", "\"", "\n", "\r\n", "\r", " ", "1", "🍞"]
    for _ in 0..<500 {
      let separator = CSVSeparator.allCases.randomElement(using: &random) ?? .comma
      let end = ["\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n"
      let width = Int.random(in: 1...6, using: &random)
      let quotesAll = Bool.random(using: &random)
      let records = (0..<Int.random(in: 1...8, using: &random)).map { _ in
        (0..<width).map { _ in
          (0..<Int.random(in: 0...5, using: &random)).map { _ in
            alphabet.randomElement(using: &random) ?? ""
          }.joined()
        }
      }.filter { $0 != [""] && !($0.count == 1 && $0[0].allSatisfy { $0 == " " }) }
      let text = records.map { record in
        record.map { Self.written($0, separator, quotesAll) }.joined(separator: separator.rawValue)
      }.joined(separator: end)
      let chunk = [1, 2, 5, .max].randomElement(using: &random) ?? 1
      #expect(try self.records(text, separator, chunk: chunk).map(\.fields) == records)
    }
  }

  private static func written(_ field: String, _ separator: CSVSeparator, _ quote: Bool) -> String {
    let special = Set(Array("\"\r\n".utf8) + Array(separator.rawValue.utf8))
    guard quote || field.utf8.contains(where: special.contains) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
