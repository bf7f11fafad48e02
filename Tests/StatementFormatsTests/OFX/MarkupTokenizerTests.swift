import Testing

@testable import StatementFormats

@Suite struct MarkupTokenizerTests {
  private func tokens(_ text: String, chunk: Int = .max) throws -> [String] {
    var tokenizer = MarkupTokenizer()
    var tokens: [MarkupToken] = []
    for chunk in Array(text.utf8).chunks(of: chunk) { try tokenizer.read(chunk, into: &tokens) }
    try tokenizer.finish(into: &tokens)
    return tokens.map { token in
      switch token.kind {
      case .open(let name, let attributes):
        "<\(name)\(attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined())>"
      case .close(let name): "</\(name)>"
      case .text(let text): String(decoding: text, as: UTF8.self)
      }
    }
  }

  @Test(arguments: [
    ("<a>x</a>", ["<a>", "x", "</a>"]), ("<a/>", ["<a>", "</a>"]),
    ("<n:a b='1' n:c=\"2 > 1\" />", ["<a b=1 c=2 > 1>", "</a>"]),
    ("<a>x &amp; y &#8364;&#x20AC;</a>", ["<a>", "x & y €€", "</a>"]),
    ("<a>&amp;lt;b&amp;gt;</a>", ["<a>", "<b>", "</a>"]),
    ("<a>&lol; R&D &#0; &#xD800;</a>", ["<a>", "&lol; R&D \u{0} &#xD800;", "</a>"]),
    ("<!-- <b> --><a><![CDATA[<c> & ]]></a>", ["<a>", "<c> &", "</a>"]),
    ("<?xml version='1.0'?><a>1 < 2 <3</a>", ["<a>", "1 < 2 <3", "</a>"]),
    ("<a>\n  \n</a>", ["<a>", "</a>"]), ("<!--> --><a>", ["<a>"]),
  ])
  func tagsAndTextsAreTold(text: String, expected: [String]) throws {
    for chunk in [1, 3, .max] { #expect(try tokens(text, chunk: chunk) == expected) }
  }

  @Test func documentTypesAreRefused() {
    let bomb = "<!DOCTYPE a [<!ENTITY b \"cc\"><!ENTITY d \"&b;&b;\">]><a>&d;</a>"
    #expect(failure { _ = try tokens(bomb) }?.code == .malformed)
  }

  @Test func endlessTagsAndTextsAreRefused() {
    let long = String(repeating: "x", count: 70_000)
    #expect(failure { _ = try tokens("<a>" + long + "</a>") }?.code == .limitExceeded)
    #expect(failure { _ = try tokens("<" + long + ">") }?.code == .limitExceeded)
    #expect(failure { _ = try tokens("<a>x</a") }?.code == .malformed)
  }
}
