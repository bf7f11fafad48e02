import Testing

@testable import StatementFormats

@Suite struct EncodingTests {
  static func encoded(_ text: String, _ encoding: TextEncoding, mark: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    switch encoding {
    case .utf8: bytes = (mark ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8)
    case .utf16LittleEndian, .utf16BigEndian:
      for unit in (mark ? [0xFEFF] : []) + Array(text.utf16) {
        let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
        bytes += encoding == .utf16BigEndian ? pair : pair.reversed()
      }
    case .latin1, .windows1252, .windows1250:
      let upper = encoding.upperHalf ?? []
      for scalar in text.unicodeScalars {
        if scalar.isASCII {
          bytes.append(UInt8(scalar.value))
        } else {
          bytes.append(UInt8(0x80 + (upper.firstIndex(of: scalar) ?? 0)))
        }
      }
    }
    return bytes
  }

  static let western = """
    Datum;Empfänger;Verwendungszweck;Betrag
    28.11.2026;Bäckerei Müller;Brötchen für 3 €;-3,50 €
    27.11.2026;Café à la carte;déjeuner;-12,00 €

    """

  static let central = """
    Data operacji;Kontrahent;Tytuł;Kwota
    2026-11-28;Żabka Łódź;Zakupy spożywcze €;-12,50
    2026-11-27;Piekarnia Gęś;Święta źle;-3,20
    2026-11-26;Řezník Dvořák;Příště něco;-5,00

    """

  @Test func everyEncodingOfAFileGivesTheSameRows() throws {
    let expected = try Reading(Self.western)
    #expect(expected.short.first == "2026-11-28 -3.5 Bäckerei Müller|Brötchen für 3 €")
    for encoding in [TextEncoding.utf8, .utf16LittleEndian, .utf16BigEndian, .windows1252] {
      for mark in [false, true] {
        let reading = try Reading(Self.encoded(Self.western, encoding, mark: mark))
        #expect(reading.events == expected.events, "\(encoding) \(mark)")
        #expect(reading.plan.encoding == encoding)
      }
    }
  }

  @Test func windows1250IsToldFromWindows1252ByItsLetters() throws {
    let reading = try Reading(Self.encoded(Self.central, .windows1250))
    #expect(reading.plan.encoding == .windows1250)
    #expect(reading.events == (try Reading(Self.central)).events)
    #expect(reading.short[0] == "2026-11-28 -12.5 Żabka Łódź|Zakupy spożywcze €")
  }

  @Test func theByte0x80IsTheEuroInEachOfTheWindowsEncodings() {
    for encoding in [TextEncoding.latin1, .windows1252, .windows1250] {
      var decoder = TextDecoder(encoding)
      var text: [UInt8] = []
      decoder.decode([0x80], into: &text)
      #expect(String(decoding: text, as: UTF8.self) == "€")
    }
  }

  @Test func aByteThatIsNotUTF8IsReadAsWindows1252() throws {
    let ascii = String(repeating: "28.11.2026;Shop;-1,00\n", count: 4000)
    var bytes = Array(("Datum;Name;Betrag\n" + ascii).utf8)
    bytes += Self.encoded("28.11.2026;Bäcker;-1,00\n", .windows1252)
    let reading = try Reading(bytes)
    #expect(reading.plan.encoding == .windows1252)
    #expect(reading.rows.last?.payee == "Bäcker")
  }

  @Test(arguments: [
    ([0xC3, 0xA4], "ä"), ([0xC3], "Ã"), ([0xE2, 0x82, 0xAC], "€"), ([0xE2, 0x82], "â‚"),
    ([0xF0, 0x9F, 0x8D, 0x9E], "🍞"), ([0xC0, 0x80], "À€"), ([0xED, 0xA0, 0x80], "í\u{A0}€"),
    ([0x61, 0xE4, 0x62], "aäb"),
  ])
  func chunksDoNotMatterToTheDecoder(bytes: [UInt8], expected: String) {
    for size in 1...4 {
      var decoder = TextDecoder(.utf8)
      var text: [UInt8] = []
      for chunk in bytes.chunks(of: size) { decoder.decode(chunk, into: &text) }
      decoder.finish(into: &text)
      #expect(String(decoding: text, as: UTF8.self) == expected)
    }
  }

  @Test func surrogatePairsMayBeCutByChunks() {
    let text = "a🍞ö"
    for encoding in [TextEncoding.utf16LittleEndian, .utf16BigEndian] {
      let bytes = Self.encoded(text, encoding, mark: true)
      for size in 1...5 {
        var decoder = TextDecoder(encoding)
        var decoded: [UInt8] = []
        for chunk in bytes.chunks(of: size) { decoder.decode(chunk, into: &decoded) }
        decoder.finish(into: &decoded)
        #expect(String(decoding: decoded, as: UTF8.self) == text)
      }
    }
    var decoder = TextDecoder(.utf16BigEndian)
    var decoded: [UInt8] = []
    decoder.decode([0xD8, 0x3C, 0x00, 0x61, 0xD8, 0x3C], into: &decoded)
    decoder.finish(into: &decoded)
    #expect(String(decoding: decoded, as: UTF8.self) == "\u{FFFD}a\u{FFFD}")
  }
}
