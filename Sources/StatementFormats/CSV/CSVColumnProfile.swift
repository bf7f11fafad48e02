/// What the values of one column look like. Bounded, however long the file is.
struct CSVColumnProfile: Sendable {
  private static let sample = 500
  private static let maxWords = 200
  private static let maxWordBytes = 100

  private(set) var filled = 0
  private(set) var numbers = NumberEvidence()
  private(set) var dates = DateEvidence()
  /// The column's different texts, in their order; none if there are more than 200.
  private(set) var words: [String] = []
  private var knownWords: Set<[UInt8]> = []
  private var hasManyWords = false
  private var textBytes = 0

  mutating func add(_ field: ArraySlice<UInt8>) {
    guard !field.isEmpty else { return }
    filled += 1
    textBytes += field.count
    // After a sample it is clear what a column has none of.
    if filled <= Self.sample || numbers.isNumeric { numbers.add(field) }
    if filled <= Self.sample || dates.isDate { dates.add(field) }
    if !hasManyWords { addWord(field) }
  }

  private mutating func addWord(_ field: ArraySlice<UInt8>) {
    guard field.count <= Self.maxWordBytes else {
      forgetWords()
      return
    }
    guard knownWords.insert(Array(field)).inserted else { return }
    words.append(String(clean: field, limit: TextLimits.name))
    if words.count > Self.maxWords { forgetWords() }
  }

  private mutating func forgetWords() {
    hasManyWords = true
    words = []
    knownWords = []
  }

  var isDate: Bool { dates.isDate }
  /// Dates of eight digits are numbers, too.
  var isAmount: Bool { numbers.isNumeric && (!dates.isDate || numbers.withMarks > 0) }
  var meanLength: Int { filled == 0 ? 0 : textBytes / filled }

  /// Whether all texts say money out or money in.
  var isIndicator: Bool {
    guard !words.isEmpty, words.count <= 12 else { return false }
    let known = words.map(CSVVocabulary.indicatorWord).filter {
      CSVVocabulary.debitWords.contains($0) || CSVVocabulary.creditWords.contains($0)
    }
    return known.count * 2 > words.count
  }
}
