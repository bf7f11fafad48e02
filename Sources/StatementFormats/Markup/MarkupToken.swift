/// A piece of SGML or XML.
struct MarkupToken: Equatable {
  enum Kind: Equatable {
    /// The local name, without a prefix, and the attributes.
    case open(String, attributes: [String: String])
    case close(String)
    /// Text with its entities resolved and no spaces around it; never empty.
    case text([UInt8])
  }

  var kind: Kind
  /// The line of the file, from 1.
  var line: Int
}

enum MarkupText {
  /// The text with its entities resolved: the five of XML and numbers, which cannot grow. What some
  /// systems escape twice is resolved twice. Others stay as they are written: banks forget to
  /// escape `&`.
  static func resolved(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard text.contains(UInt8(ascii: "&")) else { return Array(text) }
    let once = resolvedOnce(text)
    return once.contains(UInt8(ascii: "&")) ? resolvedOnce(once[...]) : once
  }

  private static func resolvedOnce(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "&"),
        let end = rest.prefix(10).firstIndex(of: UInt8(ascii: ";")),
        let scalars = entity(rest[rest.startIndex..<end])
      else {
        result.append(byte)
        continue
      }
      result += scalars
      rest = rest[(end + 1)...]
    }
    return result
  }

  /// The UTF-8 of an entity; nil if there is none of the name.
  private static func entity(_ name: ArraySlice<UInt8>) -> [UInt8]? {
    switch String(decoding: name, as: UTF8.self) {
    case "amp": return [UInt8(ascii: "&")]
    case "lt": return [UInt8(ascii: "<")]
    case "gt": return [UInt8(ascii: ">")]
    case "quot": return [UInt8(ascii: "\"")]
    case "apos": return [UInt8(ascii: "'")]
    case let other where other.hasPrefix("#x") || other.hasPrefix("#X"):
      return scalar(UInt32(other.dropFirst(2), radix: 16))
    case let other where other.hasPrefix("#"):
      return scalar(UInt32(other.dropFirst()))
    default: return nil
    }
  }

  private static func scalar(_ value: UInt32?) -> [UInt8]? {
    value.flatMap(Unicode.Scalar.init).map { Array(String($0).utf8) }
  }
}
