import Tenancy

/// What tells one row of an account from another where the bank gives no identity.
///
/// Keys are stable over versions: they are stored.
extension StatementRow {
  /// A hash of date, amount and text, in 32 hexadecimal digits. Case and spaces do not count. Equal
  /// purchases on one day have equal keys: their number tells them apart.
  package var contentKey: String {
    key { hash, scalar in
      if !scalar.properties.isWhitespace { hash.add(scalar) }
    }
  }

  /// The same without digits and punctuation, so that texts which differ in a time stamp or a
  /// number are equal: possible duplicates.
  package var similarityKey: String {
    key { hash, scalar in
      if scalar.properties.isAlphabetic { hash.add(scalar) }
    }
  }

  private func key(adding add: (inout StableHash, Unicode.Scalar) -> Void) -> String {
    var hash = StableHash()
    hash.add(date.description)
    hash.add(amount.plainText)
    for text in [payee, memo] {
      hash.add(byte: 0)
      for scalar in text.lowercased().unicodeScalars { add(&hash, scalar) }
    }
    return hash.hex
  }
}

/// FNV-1a with 128 bits.
struct StableHash {
  private var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

  mutating func add(byte: UInt8) {
    state ^= UInt128(byte)
    state = state &* 0x0000_0000_0100_0000_0000_0000_0000_013b
  }

  mutating func add(_ scalar: Unicode.Scalar) {
    for byte in Unicode.UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter {
      add(byte: byte)
    }
  }

  mutating func add(_ text: String) {
    add(byte: 0)
    for byte in text.utf8 { add(byte: byte) }
  }

  var hex: String { state.hex }
}
