import Testing

@testable import StatementFormats

@Suite struct DetectionTests {
  private func code(_ bytes: [UInt8]) -> StatementFileError? { failure { _ = try Reading(bytes) } }

  @Test(arguments: [
    ("", StatementFileError.Code.empty), (" \r\n\t\n", .empty), ("\u{FEFF}", .empty),
    ("<!DOCTYPE html><html><body>Login</body></html>", .html), ("\n<html lang=de>", .html),
    ("%PDF-1.7\n1 0 obj", .pdf), ("PK\u{3}\u{4}…statement.csv", .zip),
    ("PK\u{3}\u{4}…[Content_Types].xml", .spreadsheet),
    ("<?xml version='1.0'?><rss/>", .foreignXML),
    ("{\"rows\": []}", .foreignJSON), ("Hello, this is a letter.", .notATable),
    ("a\u{0}b\u{1}c\u{2}d\u{3}", .binary), ("Date,Payee,Amount\n", .noTransactions),
  ])
  func whatIsNoStatementIsRefusedInOneSentence(text: String, expected: StatementFileError.Code) {
    let error = code(Array(text.utf8))
    #expect(error?.code == expected)
    #expect(error?.description.hasSuffix(".") == true)
  }

  @Test func compressedFilesAndOldSpreadsheetsAreRefused() {
    #expect(code([0x1F, 0x8B, 8, 0])?.code == .compressed)
    #expect(code([0xD0, 0xCF, 0x11, 0xE0, 0xA1])?.code == .spreadsheet)
    #expect(code([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13])?.code == .binary)
  }

  @Test func ourOwnExportIsRecognised() throws {
    var survey = StatementSurvey()
    try survey.read(Array("{\"format\": \"terrace-ledger\", \"version\": 1}".utf8)[...])
    #expect(try survey.finish().format == .terraceJSON)
  }

  @Test func aFormatThatIsNamedIsNotGuessed() throws {
    let text = "Date,Payee,Amount\n2026-11-28,:20:,-1.00\n"
    #expect(try Reading(Array(text.utf8), format: .csv).rows.count == 1)
    #expect(failure { _ = try Reading(Array(text.utf8), format: .ofx) }?.code == .malformed)
  }
}
