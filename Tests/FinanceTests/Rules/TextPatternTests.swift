import TestSupport
import Testing

@testable import Finance

struct TextPatternTests {
  private func isFound(_ pattern: String, in text: String) throws -> Bool {
    try TextPattern(pattern).isFound(in: FoldedText.fold(text))
  }

  @Test(arguments: [
    ("amazon", "AMAZON Marketplace"), ("^amzn", "AMZN Mktp"), ("com$", "amazon.com"),
    ("a.c", "xabcx"), ("a.*c", "a12345c"), ("colou?r", "color"), ("colou?r", "COLOUR"),
    ("ab+c", "abbbc"), ("ab*c", "ac"), ("(ab)+$", "xabab"), ("cat|dog", "hotdog"),
    ("^(cat|dog)$", "cat"), ("(?:foo|ba[rz])!", "baz!"), ("[0-9]{4}", "no. 2026"),
    ("^[0-9]{2,}$", "123"), ("^a{2,3}$", "aaa"), ("[^a-z ]", "abc 1"), ("[A-Z]+", "abc"),
    (#"\d+\.\d\d"#, "paid 12.30"), (#"\bpay\b"#, "to pay rent"), (#"^\w+\s\w+$"#, "two words"),
    (#"\S"#, "a"), (#"[\d,]+"#, "1,5"), (#"\(\*\)"#, "a (*)"), ("[]]", "]"), ("[a-]", "-"),
    ("café", "CAFE"), ("cafe", "Café"), ("CAFÉ", "café"), ("[é]", "E"), ("", "anything"),
    ("a*?b", "aab"), ("x||y", ""), ("()*", ""), ("(a*)*b", "aaab"), ("^^a$$", "a"),
  ])
  func whatAPatternSaysIsFound(pattern: String, text: String) throws {
    #expect(try isFound(pattern, in: text))
  }

  @Test(arguments: [
    ("amazon", "amzn"), ("^com", "a.com"), ("com$", "com."), ("a.c", "ac"), ("ab+c", "ac"),
    ("^(cat|dog)$", "catdog"), ("^a{2,3}$", "aaaa"), ("^a{2}$", "a"), ("[^a-z]", "abc"),
    (#"\d"#, "abc"), (#"\bpay\b"#, "payment"), (#"^\W$"#, "a"), (#"\s"#, "ab"),
    ("[0-9]{4}", "12 34"),
    (".", ""), ("a|b", "c"),
  ])
  func whatAPatternDoesNotSayIsNotFound(pattern: String, text: String) throws {
    #expect(try !isFound(pattern, in: text))
  }

  @Test(arguments: [
    #"(a)\1"#, #"\k<x>"#, "(?=a)", "(?!a)", "(?<=a)", "(?<n>a)", "(?i)a", "(?>a)", #"\p{L}"#,
    "a**", "a*+", "*a", "a|*", "(", ")", "a)", "[", "[a", "[z-a]", #"a\"#, "a{", "a{x}", "a{3,2}",
    "a{101}", "a{,2}", "{2}", #"[\q]"#, #"[a-\d]"#, "(a{100}){100}",
    "((((()){100}){100}){100}){100}",
    String(repeating: "(", count: 21) + String(repeating: ")", count: 21),
    String(repeating: "a", count: 201),
  ])
  func whatCouldTakeLongOrMeansNothingIsRefused(pattern: String) {
    #expect(throws: TextPattern.Malformed.self) { try TextPattern(pattern) }
  }

  /// A matcher that tries one way after the other would take 2^1000 steps.
  @Test(arguments: ["(a+)+$", "^(a|a)*$", "(a*)*b", "(.*.*.*.*){10}x", "(a|aa)+$"])
  func aPatternThatBacktracksWithoutEndEnds(pattern: String) throws {
    let text = String(repeating: "a", count: 1000) + "!"
    #expect(try !TextPattern(pattern).isFound(in: text))
  }

  /// Against a plain matcher that tries one way after the other.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func patternsFindWhatAPlainMatcherFinds(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let pattern = Self.pattern(&random, depth: 3)
      let text = String(
        (0..<Int.random(in: 0...6, using: &random)).map { _ in
          "abc".randomElement(using: &random) ?? "a"
        })
      let expected = text.firstMatch(of: try Regex(pattern)) != nil
      #expect(try isFound(pattern, in: text) == expected, "\(pattern) in \(text)")
    }
  }

  private static func pattern(_ random: inout SeededGenerator, depth: Int) -> String {
    guard depth > 0 else {
      return ["a", "b", "c", ".", "[ab]", "[^a]"].randomElement(using: &random) ?? "a"
    }
    let one = pattern(&random, depth: depth - 1)
    let other = pattern(&random, depth: depth - 1)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: return "(?:\(one))*"
    case 1: return "(?:\(one))?"
    case 2: return "(\(one)|\(other))"
    case 3: return "(\(one)){1,2}"
    case 4: return "^\(one)"
    case 5: return "\(one)$"
    default: return one + other
    }
  }
}
