/// A record of a QIF file, as it is written.
struct QIFRecord {
  struct Split {
    var category: [UInt8]
    var memo: [UInt8] = []
    var amount: [UInt8] = []
  }

  let line: Int
  private(set) var date: [UInt8] = []
  private(set) var amount: [UInt8] = []
  private(set) var payee: [UInt8] = []
  private(set) var memo: [UInt8] = []
  private(set) var category: [UInt8] = []
  /// The check's number; in the list of accounts, the account's name.
  private(set) var number: [UInt8] = []
  private(set) var splits: [Split] = []

  init(line: Int) {
    self.line = line
  }

  var excerpt: String {
    let fields = [date, amount, payee, memo, category].filter { !$0.isEmpty }
    return String(
      clean: Array(fields.joined(separator: Array(" | ".utf8))), limit: TextLimits.excerpt)
  }

  mutating func set(_ line: LineReader.Line, isAccount: Bool) {
    let value = Array(line.value)
    switch line.bytes.first {
    case UInt8(ascii: "N"): number = value
    case _ where isAccount: break
    case UInt8(ascii: "D"): date = value
    case UInt8(ascii: "T"): amount = value
    // The same amount once more, with room for more digits.
    case UInt8(ascii: "U"): if amount.isEmpty { amount = value }
    case UInt8(ascii: "P"): payee = value
    case UInt8(ascii: "M"): memo = value
    case UInt8(ascii: "L"): category = value
    case UInt8(ascii: "S"):
      if splits.count < QIFScanner.maxSplits { splits.append(Split(category: value)) }
    case UInt8(ascii: "E"): if !splits.isEmpty { splits[splits.count - 1].memo = value }
    case UInt8(ascii: "$"): if !splits.isEmpty { splits[splits.count - 1].amount = value }
    default: break
    }
  }
}
