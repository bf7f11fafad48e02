/// Looks at all bytes of a file to tell its encoding.
package struct EncodingSurvey: Sendable {
  private static let headLimit = 4096

  /// The beginning, where UTF-16 shows.
  private var head: [UInt8] = []
  private var hasUpperHalf = false
  private var isUTF8 = true
  /// The beginning of a character that a later chunk ends.
  private var pending: [UInt8] = []
  /// Above zero if the bytes read like Windows-1250 rather than Windows-1252.
  private var centralEuropean = 0
  private var previous: UInt8 = 0
  /// The last byte, if it is not ASCII, with the one before it: it is weighed when the next comes.
  private var unweighed: (byte: UInt8, previous: UInt8)?

  package init() {}

  package mutating func look(at chunk: ArraySlice<UInt8>) {
    if head.count < Self.headLimit { head += chunk.prefix(Self.headLimit - head.count) }
    var index = chunk.startIndex
    while index < chunk.endIndex {
      let run = chunk.endOfASCII(from: index)
      if run > index {
        weigh(before: chunk[index])
        if !pending.isEmpty { isUTF8 = false }
        pending.removeAll(keepingCapacity: true)
        previous = chunk[run - 1]
      }
      index = run
      guard index < chunk.endIndex else { break }
      hasUpperHalf = true
      weigh(before: chunk[index])
      unweighed = (chunk[index], previous)
      if isUTF8 { extendSequence(by: chunk[index]) }
      previous = chunk[index]
      index += 1
    }
  }

  private mutating func extendSequence(by byte: UInt8) {
    pending.append(byte)
    switch UTF8Sequence(pending[...]) {
    case .complete: pending.removeAll(keepingCapacity: true)
    case .truncated: break
    case .invalid: isUTF8 = false
    }
  }

  /// Weighs the last byte by the letters it would be, if it stands within a word.
  private mutating func weigh(before following: UInt8) {
    guard let (byte, previous) = unweighed else { return }
    unweighed = nil
    guard previous.isWordByte || following.isWordByte else { return }
    switch byte {
    // Letters of Polish, Czech and Slovak alone: Ť Ź ť Ł Ą Ż ł ą Ľ ľ ż; signs in Windows-1252.
    case 0x8D, 0x8F, 0x9D, 0xA3, 0xA5, 0xAF, 0xB3, 0xB9, 0xBC, 0xBE, 0xBF: centralEuropean += 3
    // Š Ž š ž, which Windows-1252 has, too, for languages that rarely use it; Ś ś and ź.
    case 0x8A, 0x8E, 0x9A, 0x9E, 0x8C, 0x9C, 0x9F: centralEuropean += 2
    // ě within a word; ì ends one.
    case 0xEC where following.isASCIILetter: centralEuropean += 2
    // ý and ő are rare in the west.
    case 0xFD, 0xF5: centralEuropean += 1
    // à å æ è ê ñ ò õ ø ù rather than ŕ ĺ ć č ę ń ň ř ů.
    case 0xE0, 0xE5, 0xE6, 0xE8, 0xEA, 0xF1, 0xF2, 0xF8, 0xF9: centralEuropean -= 1
    default: break
    }
  }

  /// The encoding, after the whole file. A byte order mark tells it, or what the file declares if
  /// its bytes agree, or the bytes themselves.
  package func encoding(declared: TextEncoding? = nil) -> TextEncoding {
    if let marked = Self.byteOrderMark(head[...]) { return marked }
    if let wide = Self.unmarkedUTF16(head[...]) { return wide }
    // Text of one byte for each character is UTF-8 by chance only if it is ASCII.
    if isUTF8, pending.isEmpty, hasUpperHalf || declared == nil { return .utf8 }
    if let declared, declared.upperHalf != nil { return declared }
    guard hasUpperHalf else { return .utf8 }
    return centralEuropean > 0 ? .windows1250 : .windows1252
  }

  static func byteOrderMark(_ head: ArraySlice<UInt8>) -> TextEncoding? {
    if head.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
    if head.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
    if head.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
    return nil
  }

  /// Latin text in UTF-16 has a zero in nearly every other byte.
  static func unmarkedUTF16(_ head: ArraySlice<UInt8>) -> TextEncoding? {
    let pairs = head.count / 2
    guard pairs >= 2 else { return nil }
    var zeros = [0, 0]
    for (offset, byte) in head.enumerated() where byte == 0 { zeros[offset % 2] += 1 }
    if zeros[1] * 10 > pairs * 6, zeros[0] * 10 < pairs { return .utf16LittleEndian }
    if zeros[0] * 10 > pairs * 6, zeros[1] * 10 < pairs { return .utf16BigEndian }
    return nil
  }
}

extension UInt8 {
  var isASCIILetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }

  fileprivate var isWordByte: Bool { isASCIILetter || self >= 0xC0 }

  var isASCIIDigit: Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
  }
}
