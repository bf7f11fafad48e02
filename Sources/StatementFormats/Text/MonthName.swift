/// Names of months in English, German and the other languages whose banks write them, in full and
/// abbreviated.
enum MonthName {
  /// 1 to 12, or nil if the word is no month.
  static func month(of word: String.UnicodeScalarView) -> Int? {
    guard (3...12).contains(word.count) else { return nil }
    let folded = HeaderText.folded(String(word)).filter { $0 != "." && $0 != " " }
    return months[folded]
  }

  private static let months: [String: Int] = {
    let names = [
      "jan january januar janner jaenner", "feb february februar febr feber",
      "mar march marz maerz mrz", "apr april", "may mai", "jun june juni", "jul july juli",
      "aug august", "sep sept september", "oct october okt oktober", "nov november",
      "dec december dez dezember",
    ]
    var months: [String: Int] = [:]
    for (index, line) in names.enumerated() {
      for name in line.split(separator: " ") { months[String(name)] = index + 1 }
    }
    return months
  }()
}
