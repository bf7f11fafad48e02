/// A paragraph of the document's prose, cut where code begins and ends.
struct ReferenceText: Sendable, Hashable {
  struct Span: Sendable, Hashable {
    let text: String
    let isCode: Bool
  }

  let spans: [Span]

  /// - Parameter text: with code between backticks.
  init(_ text: some StringProtocol) {
    spans = text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { Span(text: String($1), isCode: $0 % 2 == 1) }
      .filter { !$0.text.isEmpty }
  }

  /// The paragraphs of a text, between which there are empty lines.
  static func paragraphs(_ text: String?) -> [ReferenceText] {
    (text ?? "").split(separator: "\n").map { ReferenceText($0) }
  }
}
