/// The codewords of a QR code: data and error correction, in the order in which they are placed.
enum QRCodewords {
  static func make(of bytes: [UInt8], _ version: QRVersion) -> [UInt8] {
    let data = dataCodewords(of: bytes, version)
    var blocks: [ArraySlice<UInt8>] = []
    var rest = data[...]
    for count in version.blocks {
      blocks.append(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    let code = ReedSolomonCode(correctionCount: version.correctionCount)
    return interleaved(blocks) + interleaved(blocks.map { code.correction(of: $0)[...] })
  }

  /// Mode, length and bytes; then zeros to the next byte, and padding.
  private static func dataCodewords(of bytes: [UInt8], _ version: QRVersion) -> [UInt8] {
    var bits = BitWriter()
    bits.append(0b0100, count: 4)
    bits.append(bytes.count, count: version.lengthBits)
    for byte in bytes { bits.append(Int(byte), count: 8) }
    // The terminator's four zeros may be cut off at the end.
    bits.append(0, count: min(4, version.dataCount * 8 - bits.count))
    bits.append(0, count: (8 - bits.count % 8) % 8)
    var codewords = bits.bytes
    var padding: UInt8 = 0xEC
    while codewords.count < version.dataCount {
      codewords.append(padding)
      padding ^= 0xEC ^ 0x11
    }
    return codewords
  }

  /// The first of each block, then the second of each, and so on.
  private static func interleaved(_ blocks: [ArraySlice<UInt8>]) -> [UInt8] {
    let longest = blocks.map(\.count).max() ?? 0
    return (0..<longest).flatMap { index in
      blocks.filter { index < $0.count }.map { $0[$0.startIndex + index] }
    }
  }
}

/// Writes bits, the highest first.
private struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private(set) var count = 0

  mutating func append(_ value: Int, count: Int) {
    for shift in (0..<count).reversed() {
      if self.count % 8 == 0 { bytes.append(0) }
      if value >> shift & 1 == 1 { bytes[self.count / 8] |= 0x80 >> UInt8(self.count % 8) }
      self.count += 1
    }
  }
}

/// A Reed-Solomon code over GF(256) with the polynomial x⁸ + x⁴ + x³ + x² + 1.
private struct ReedSolomonCode {
  /// The generator's coefficients below its highest, the highest first.
  private let generator: [UInt8]

  init(correctionCount: Int) {
    var generator: [UInt8] = [1]
    var root: UInt8 = 1
    for _ in 0..<correctionCount {
      // Times (x - root).
      let shifted = generator + [0]
      generator = shifted
      for index in 1..<shifted.count {
        generator[index] ^= Self.product(shifted[index - 1], root)
      }
      root = Self.product(root, 2)
    }
    self.generator = Array(generator.dropFirst())
  }

  /// The remainder of the data, as a polynomial, divided by the generator.
  func correction(of data: some Sequence<UInt8>) -> [UInt8] {
    var remainder = [UInt8](repeating: 0, count: generator.count)
    for byte in data {
      let factor = byte ^ remainder.removeFirst()
      remainder.append(0)
      for index in remainder.indices { remainder[index] ^= Self.product(generator[index], factor) }
    }
    return remainder
  }

  private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
    var (left, right, product) = (left, right, UInt8(0))
    while right != 0 {
      if right & 1 == 1 { product ^= left }
      left = left << 1 ^ (left & 0x80 == 0 ? 0 : 0x1D)
      right >>= 1
    }
    return product
  }
}
