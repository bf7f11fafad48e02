import Mustache

/// The texts of one language, which templates ask for by name.
struct Texts: Sendable, MustacheParent {
  let words: Words
  /// As a tag, such as `en`: fr, hi and ja have English texts so far.
  let language: String
  private let byName: [String: String]

  static let english = Texts(.english, language: "en")
  static let german = Texts(.german, language: "de")

  private init(_ words: Words, language: String) {
    self.words = words
    self.language = language
    let parts: [Any] = [
      words, words.accountWords, words.importWords, words.categoryWords, words.monthWords,
      words.registerWords, words.reportWords, words.settingsWords, words.sharingWords,
      words.recurrenceWords, words.ruleWords, words.apexWords,
    ]
    byName = Dictionary(
      uniqueKeysWithValues: parts.flatMap { Mirror(reflecting: $0).children }.compactMap { child in
        child.label.flatMap { name in (child.value as? String).map { (name, $0) } }
      })
  }

  func child(named name: String) -> Any? { byName[name] }
}

extension String {
  /// The text of a number of things, with the number in its place: what stands before the bar
  /// if it is one, and what stands after it otherwise.
  func counted(_ count: Int) -> String {
    let forms = split(separator: "|", maxSplits: 1)
    return String((count == 1 ? forms.first : forms.last) ?? "").filled(count)
  }

  /// The text with values in place of `%s` and `%d`, in order.
  func filled(_ values: any CustomStringConvertible...) -> String {
    var values = values[...]
    var filled = ""
    var rest = self[...]
    while let place = rest.firstRange(of: "%"), let value = values.popFirst() {
      filled += rest[..<place.lowerBound] + value.description
      rest = rest[place.upperBound...].dropFirst()
    }
    return filled + rest
  }
}
