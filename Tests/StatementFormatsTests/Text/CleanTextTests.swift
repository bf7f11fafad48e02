import Testing

@testable import StatementFormats

@Suite struct CleanTextTests {
  @Test(arguments: [
    ("plain", "plain"), ("  two   spaces ", "two spaces"), ("tab\tand\nline", "tab and line"),
    ("nul\u{0}and\u{7}bell", "nulandbell"), ("a\u{202E}b\u{2066}c\u{200F}", "abc"),
    ("\u{FEFF}mark", "mark"), ("no\u{A0}break", "no break"), ("e\u{301}", "\u{E9}"),
    ("👩\u{200D}🍳", "👩\u{200D}🍳"), ("", ""), ("   ", ""),
  ])
  func textIsCleaned(text: String, expected: String) {
    let clean = String(clean: Array(text.utf8), limit: 100)
    #expect(Array(clean.unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test func textIsCutAtItsLimit() {
    #expect(
      String(clean: String(repeating: "ä", count: 1 << 20), limit: 200).unicodeScalars.count == 200)
    #expect(String(clean: Array(repeating: 0x61, count: 1 << 20), limit: 200).count == 200)
    // U+0344 becomes two scalars.
    let growing = String(clean: String(repeating: "\u{344}", count: 300), limit: 200)
    #expect(growing.unicodeScalars.count <= 200)
  }
}
