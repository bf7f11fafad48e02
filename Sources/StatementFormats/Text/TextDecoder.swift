/// Turns chunks of a file into UTF-8, without the byte order mark.
///
/// Nothing is refused: a byte that is not UTF-8 where UTF-8 is expected is read as Windows-1252, and
/// half a surrogate pair as U+FFFD.
package struct TextDecoder: Sendable {
  package let encoding: TextEncoding
  /// The bytes of a character that ends in a later chunk.
  private var pending: [UInt8] = []
  private var isAtStart = true
  /// The UTF-8 of the upper 128 bytes.
  private let upperHalf: [[UInt8]]

  package init(_ encoding: TextEncoding) {
    self.encoding = encoding
    upperHalf = (encoding.upperHalf ?? SingleByteTable.windows1252).map { Array(String($0).utf8) }
  }

  /// Appends the text of the chunk, but for a character that the chunk does not end.
  package mutating func decode(_ chunk: ArraySlice<UInt8>, into text: inout [UInt8]) {
    let start = text.count
    if pending.isEmpty {
      decode(chunk, isLast: false, into: &text)
    } else {
      let joined = pending + chunk
      pending = []
      decode(joined[...], isLast: false, into: &text)
    }
    dropByteOrderMark(at: start, of: &text)
  }

  /// Appends what a file that ends within a character leaves.
  package mutating func finish(into text: inout [UInt8]) {
    let start = text.count
    let rest = pending
    pending = []
    decode(rest[...], isLast: true, into: &text)
    dropByteOrderMark(at: start, of: &text)
  }

  private mutating func dropByteOrderMark(at start: Int, of text: inout [UInt8]) {
    guard isAtStart, text.count > start else { return }
    isAtStart = false
    if text[start...].starts(with: [0xEF, 0xBB, 0xBF]) {
      text.removeSubrange(start..<start + 3)
    }
  }

  private mutating func decode(
    _ bytes: ArraySlice<UInt8>, isLast: Bool, into text: inout [UInt8]
  ) {
    let read =
      switch encoding {
      case .utf8: decodeUTF8(bytes, isLast: isLast, into: &text)
      case .utf16LittleEndian, .utf16BigEndian: decodeUTF16(bytes, isLast: isLast, into: &text)
      case .latin1, .windows1252, .windows1250: decodeSingleBytes(bytes, into: &text)
      }
    pending = Array(bytes[read...])
  }

  private func decodeSingleBytes(_ bytes: ArraySlice<UInt8>, into text: inout [UInt8]) -> Int {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let run = bytes.endOfASCII(from: index)
      text.append(contentsOf: bytes[index..<run])
      index = run
      while index < bytes.endIndex, bytes[index] >= 0x80 {
        text.append(contentsOf: upperHalf[Int(bytes[index]) - 0x80])
        index += 1
      }
    }
    return index
  }

  /// Returns where the unread rest begins.
  private func decodeUTF8(
    _ bytes: ArraySlice<UInt8>, isLast: Bool, into text: inout [UInt8]
  ) -> Int {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let run = bytes.endOfASCII(from: index)
      text.append(contentsOf: bytes[index..<run])
      index = run
      guard index < bytes.endIndex else { break }
      switch UTF8Sequence(bytes[index...]) {
      case .complete(let length):
        text.append(contentsOf: bytes[index..<index + length])
        index += length
      case .truncated where !isLast:
        return index
      case .truncated, .invalid:
        text.append(contentsOf: upperHalf[Int(bytes[index]) - 0x80])
        index += 1
      }
    }
    return index
  }

  private func decodeUTF16(
    _ bytes: ArraySlice<UInt8>, isLast: Bool, into text: inout [UInt8]
  ) -> Int {
    let high = encoding == .utf16BigEndian ? 0 : 1
    func unit(_ index: Int) -> UInt16 {
      UInt16(bytes[index + high]) << 8 | UInt16(bytes[index + 1 - high])
    }
    var index = bytes.startIndex
    while index + 1 < bytes.endIndex {
      let first = unit(index)
      if UTF16.isLeadSurrogate(first), index + 3 < bytes.endIndex,
        UTF16.isTrailSurrogate(unit(index + 2))
      {
        let value = 0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(unit(index + 2) & 0x3FF))
        text.append(scalar: Unicode.Scalar(value) ?? "\u{FFFD}")
        index += 4
      } else if UTF16.isLeadSurrogate(first), index + 3 >= bytes.endIndex, !isLast {
        break
      } else {
        text.append(scalar: Unicode.Scalar(first) ?? "\u{FFFD}")
        index += 2
      }
    }
    return isLast ? bytes.endIndex : index
  }
}

/// What the bytes at the start of a slice, the first of them not ASCII, are in UTF-8.
enum UTF8Sequence: Equatable {
  case complete(length: Int)
  /// The slice ends within the character.
  case truncated
  case invalid

  init(_ bytes: ArraySlice<UInt8>) {
    guard let lead = bytes.first, let (length, second) = Self.shape(of: lead) else {
      self = .invalid
      return
    }
    for offset in 1..<length {
      guard bytes.startIndex + offset < bytes.endIndex else {
        self = .truncated
        return
      }
      let expected: ClosedRange<UInt8> = offset == 1 ? second : 0x80...0xBF
      guard expected.contains(bytes[bytes.startIndex + offset]) else {
        self = .invalid
        return
      }
    }
    self = .complete(length: length)
  }

  /// The length by the first byte, and which bytes may come second (Unicode, table 3-7).
  private static func shape(of lead: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
    switch lead {
    case 0xC2...0xDF: (2, 0x80...0xBF)
    case 0xE0: (3, 0xA0...0xBF)
    case 0xED: (3, 0x80...0x9F)
    case 0xE1...0xEF: (3, 0x80...0xBF)
    case 0xF0: (4, 0x90...0xBF)
    case 0xF1...0xF3: (4, 0x80...0xBF)
    case 0xF4: (4, 0x80...0x8F)
    default: nil
    }
  }
}

extension ArraySlice<UInt8> {
  /// The first index from `start` on whose byte is not ASCII.
  func endOfASCII(from start: Int) -> Int {
    withUnsafeBufferPointer { buffer in
      var offset = start - startIndex
      while offset + 8 <= buffer.count {
        let word = UnsafeRawBufferPointer(buffer).loadUnaligned(
          fromByteOffset: offset, as: UInt64.self)
        if word & 0x8080_8080_8080_8080 != 0 { break }
        offset += 8
      }
      while offset < buffer.count, buffer[offset] < 0x80 { offset += 1 }
      return startIndex + offset
    }
  }
}

extension [UInt8] {
  mutating func append(scalar: Unicode.Scalar) {
    append(contentsOf: String(scalar).utf8)
  }
}
