private let digits = Array("0123456789abcdef".utf8)

extension Sequence<UInt8> {
  /// Base 16: two lower-case digits for each byte.
  public var hex: String {
    String(
      decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xf)]] }, as: UTF8.self)
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  /// Base 16 in lower case, with all leading zeros.
  package var hex: String {
    let count = Self.bitWidth / 4
    return String(unsafeUninitializedCapacity: count) { buffer in
      for index in 0..<count {
        buffer[index] = digits[Int(truncatingIfNeeded: self >> (4 * (count - 1 - index))) & 15]
      }
      return count
    }
  }
}
