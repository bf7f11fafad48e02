import Foundation

/// Texts as search and rules compare them: without case, accents and width. Names are told apart by their
/// accents as well: see ``NameKey``.
enum FoldedText {
  static func fold(_ text: String) -> String {
    // ASCII has no accents; Foundation's tables take their time.
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
    return text.folding(
      options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
  }
}
