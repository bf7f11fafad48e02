/// The text of a `:86:`: free, in numbered subfields (`166?00…?20…?32…`, as German and Polish banks have
/// it), or with words (`/NAME/…/REMI/…`, as Dutch banks have it).
struct MT940Information {
  private(set) var payee = ""
  private(set) var memo = ""

  init(_ lines: [[UInt8]]) {
    let joined = String(decoding: Array(lines.joined()), as: UTF8.self)
    if let subfields = Self.subfields(joined) {
      readSubfields(subfields)
    } else if let words = Self.words(joined) {
      readWords(words)
    } else {
      memo = Self.free(lines)
    }
  }

  init(free lines: [[UInt8]]) {
    memo = Self.free(lines)
  }

  private static func free(_ lines: [[UInt8]]) -> String {
    String(clean: Array(lines.joined(separator: [UInt8(ascii: " ")])), limit: TextLimits.memo)
  }

  // MARK: - Numbered subfields

  private static func subfields(_ text: String) -> [(number: Int, text: String)]? {
    let afterCode = text.drop { ("0"..."9").contains($0) }
    guard text.count - afterCode.count <= 3, let mark = afterCode.first,
      "?~^<".contains(mark), Int(afterCode.dropFirst().prefix(2)) != nil
    else { return nil }
    return afterCode.split(separator: mark).compactMap { part in
      Int(part.prefix(2)).map { ($0, String(part.dropFirst(2))) }
    }
  }

  private mutating func readSubfields(_ subfields: [(number: Int, text: String)]) {
    var purpose = ""
    var name = ""
    var kind = ""
    for (number, text) in subfields {
      switch number {
      case 0: kind = text
      // A full subfield goes on in the next one, within a word.
      case 20...29, 60...63: purpose += text.utf8.count >= 27 ? text : text + " "
      case 32, 33: name += text.utf8.count >= 27 ? text : text + " "
      default: break
      }
    }
    let remittance = Self.remittance(purpose)
    memo = String(clean: remittance.isEmpty ? kind : remittance, limit: TextLimits.memo)
    payee = String(clean: name, limit: TextLimits.name)
  }

  private static let sepaKeywords: Set<String> = [
    "EREF", "KREF", "MREF", "CRED", "DEBT", "COAM", "OAMT", "ABWA", "ABWE",
  ]

  /// Of SEPA's keywords (`EREF+…KREF+…SVWZ+…`), what follows `SVWZ+`.
  private static func remittance(_ purpose: String) -> String {
    guard let start = purpose.firstRange(of: "SVWZ+") else { return purpose }
    let rest = purpose[start.upperBound...]
    let keywords = [
      "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "COAM+", "OAMT+", "ABWA+", "ABWE+",
    ]
    let end = keywords.compactMap { rest.firstRange(of: $0)?.lowerBound }.min()
    return String(rest[..<(end ?? rest.endIndex)])
  }

  // MARK: - Words

  private static let keywords: Set<String> = [
    "TRTP", "IBAN", "BIC", "NAME", "REMI", "EREF", "MARF", "CSID", "ORDP", "BENM", "ISDT", "TRCD",
    "PREF", "RTRN", "ADDR", "PURP", "UDTR", "UCRD", "CNTP", "SVCL", "ULTC", "ULTD", "KREF",
  ]

  private static func words(_ text: String) -> [String: [String]]? {
    guard text.first == "/" else { return nil }
    var words: [String: [String]] = [:]
    var keyword: String?
    for part in text.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      if keywords.contains(String(part)) {
        keyword = String(part)
      } else if let keyword {
        words[keyword, default: []].append(String(part))
      }
    }
    return words.isEmpty ? nil : words
  }

  private mutating func readWords(_ words: [String: [String]]) {
    // /CNTP/account/bank/name/city/
    let counterparty = words["CNTP"].flatMap { $0.count > 2 ? $0[2] : nil }
    payee = String(
      clean: words["NAME"]?.joined(separator: "/") ?? counterparty ?? "", limit: TextLimits.name)
    // /REMI/USTD//text/ has its kind before the text.
    let remittance = (words["REMI"] ?? words["TRTP"] ?? []).filter {
      !$0.isEmpty && $0 != "USTD" && $0 != "STRD"
    }
    memo = String(clean: remittance.joined(separator: "/"), limit: TextLimits.memo)
  }
}
