import Foundation

/// Texts as rules compare them: without case, accents and width.
enum FoldedText {
  static func fold(_ text: String) -> String {
    text.folding(
      options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
  }
}
