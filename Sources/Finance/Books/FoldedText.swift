import Foundation

/// Texts as search and rules compare them: without case, accents and width. Names are told apart by their
/// accents as well: see ``NameKey``.
enum FoldedText {
  static func fold(_ text: String) -> String {
    text.folding(
      options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
  }
}
