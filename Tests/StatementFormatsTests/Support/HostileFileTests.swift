import Testing

@testable import StatementFormats

/// Every format, cut and changed in every way.
@Suite struct HostileFileTests {
  static let fixtures: [String] =
    CSVBankTests.banks.map(\.text) + [
      OFXTests.sgml, OFXTests.xml, QIFTests.quicken, MT940Tests.german, EncodingTests.western,
      EncodingTests.central, CAMTTests.statement(CAMTTests.entries, balances: CAMTTests.balances),
    ]

  /// The outcome of both passes.
  private func outcome(_ bytes: [UInt8], chunk: Int) -> Result<Reading, StatementFileError> {
    do throws(StatementFileError) {
      return .success(try Reading(bytes, chunk: chunk))
    } catch {
      return .failure(error)
    }
  }

  @Test func chunksNeverMatter() {
    for fixture in Self.fixtures {
      for encoding in [TextEncoding.utf8, .utf16LittleEndian, .windows1252] {
        let bytes = EncodingTests.encoded(fixture, encoding)
        let whole = outcome(bytes, chunk: .max)
        for size in [1, 2, 7, 64] {
          #expect(outcome(bytes, chunk: size) == whole)
        }
      }
    }
  }

  @Test func mutationsEndWithRowsOrAClearError() {
    var random = SeededGenerator(seed: 2026)
    let special = Array("\"'\r\n,;<>&:-{}[]^!0\u{0}".utf8) + [0x80, 0xFF, 0xC3, 0xE2]
    for fixture in Self.fixtures {
      for _ in 0..<60 {
        var bytes = Array(fixture.utf8)
        for _ in 0..<Int.random(in: 1...8, using: &random) {
          mutate(&bytes, special, &random)
        }
        let whole = outcome(bytes, chunk: .max)
        if case .failure(let error) = whole { #expect(error.description.hasSuffix(".")) }
        if case .success(let reading) = whole {
          #expect(!reading.rows.isEmpty || !reading.invalid.isEmpty)
          #expect(reading.invalid.allSatisfy { !$0.reasons.isEmpty })
        }
        #expect(outcome(bytes, chunk: 13) == whole)
      }
    }
  }

  private func mutate(_ bytes: inout [UInt8], _ special: [UInt8], _ random: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let index = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes[index] = special.randomElement(using: &random) ?? 0
    case 1: bytes.insert(special.randomElement(using: &random) ?? 0, at: index)
    case 2: bytes.removeSubrange(index..<min(bytes.count, index + 5))
    case 3: bytes.removeLast(bytes.count - index)
    default: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 50)], at: index)
    }
  }

  @Test func textThatComesOutIsClean() throws {
    let hostile = "\u{202E}evil\u{0}\u{7}" + String(repeating: "x", count: 5000)
    let text = "Date,Payee,Memo,Amount\n2026-11-28,\(hostile),\(hostile),-1.00\n"
    let row = try #require(try Reading(text).rows.first)
    #expect(row.payee.unicodeScalars.count == TextLimits.name)
    #expect(row.memo.unicodeScalars.count == TextLimits.memo)
    #expect(row.payee.hasPrefix("evilx"))
  }
}
