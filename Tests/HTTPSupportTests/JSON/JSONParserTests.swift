import HTTPSupport
import Tenancy
import Testing

struct JSONParserTests {
  @Test func everyKindOfValueIsRead() throws {
    let text = #" { "a" : [ null , true , false , "x" , 1 ] , "b" : { } , "c" : [] } "#
    #expect(
      try parse(text)
        == .object([
          "a": .array([.null, .bool(true), .bool(false), .string("x"), .number(DecimalNumber(1))]),
          "b": .object([:]), "c": .array([]),
        ]))
  }

  @Test func escapesStandForTheirCharacters() throws {
    #expect(
      try parse(#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\uD83D\uDE00ü😀""#)
        == .string("\"\\/\u{8}\u{c}\n\r\tAé€😀ü😀"))
  }

  @Test func ofMembersWithOneNameTheLastCounts() throws {
    #expect(try parse(#"{"a":1,"a":2}"#)["a"] == .number(DecimalNumber(2)))
  }

  @Test(arguments: [
    "", " ", "{", "[", "[1", "[1,", "[1,]", "[,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
    "{'a':1}", "{\"a\":1}}", "{} {}", "nul", "NaN", "Infinity", "-Infinity", "True", "01", "-",
    "+1",
    ".5", "1.", "1e", "1e+", "0x10", "1_000", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"",
    "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\udc00\"", "\"\\ud800\\ud800\"",
    "\"a\nb\"", "\"\u{1}\"", "\u{FEFF}{}",
    // What lenient parsers take: comments, other quotes and white space, more numbers, U+0000.
    "{} // x", "/* x */ {}", "{\"a\":1;}", "[1;2]", "['a']", "[`a`]", "{,}", "{\"a\":1,,\"b\":2}",
    "[1 2]", "{\"a\" 1}", "{\"a\"=1}", "{1:1}", "{null:1}", "\u{B}1", "\u{A0}1", "1\u{C}",
    "\u{2028}1",
    "1\0", "\01", "[1]\0", "-01", "00", "1.0.0", "1e1.5", "1e1e1", "--1", "- 1", "1 .5", "0b1",
    "0o7",
    "1n", "1f", ".", "e1", "\u{FF11}", "\u{661}", "nan", "inf", "TRUE", "Null", "undefined",
    "nulll",
    "truefalse", "\"\\a\"", "\"\\v\"", "\"\\0\"", "\"\\'\"", "\"\\U0041\"", "\"\\u{41}\"",
    "\"\\u+041\"", "\"\\u 041\"", "\"\\\n\"", "\"\t\"", "]", "}", ":", ",", "[}", "{]", "[[]", "#",
  ])
  func whatIsNotJSONIsRefused(text: String) {
    #expect(throws: MalformedJSON.self) { try parse(text) }
  }

  @Test func invalidUTF8IsRefused() {
    for bytes: [UInt8] in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]] {
      let text = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
      #expect(throws: MalformedJSON.self) { try JSONParser.parse(text) }
    }
  }

  @Test func nestingIsBounded() throws {
    let depth = JSONParser.maximumDepth
    let deep = { (levels: Int) in
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    _ = try parse(deep(depth))
    #expect(throws: MalformedJSON.self) { try parse(deep(depth + 2)) }
    #expect(throws: MalformedJSON.self) { try parse(String(repeating: "[", count: 500_000)) }
  }

  private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }
}
