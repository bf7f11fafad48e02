import Foundation

/// The words that a transaction is found by: as ``FoldedText`` and without punctuation, on both
/// sides.
enum SearchText {
  /// The words of the texts, with spaces between them.
  static func words(of texts: [String]) -> String {
    texts.flatMap(words).joined(separator: " ")
  }

  /// A `tsquery` that asks for a word beginning with each of the words; nil if there are none.
  static func query(_ text: String) -> String? {
    let words = words(of: text)
    return words.isEmpty ? nil : words.map { "\($0):*" }.joined(separator: " & ")
  }

  private static func words(of text: String) -> [String] {
    let folded = FoldedText.fold(text)
    guard folded.utf8.allSatisfy({ $0 < 0x80 }) else {
      return folded.unicodeScalars.split { !CharacterSet.alphanumerics.contains($0) }
        .map(String.init)
    }
    // The same, without Foundation's tables.
    return folded.utf8.split { byte in
      !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }.map { String(decoding: $0, as: UTF8.self) }
  }
}
