import Atomics

/// Names of requests: a random prefix of the process and a counter, 15 characters, so that Swift
/// keeps them inline.
struct RequestIDs: Sendable {
  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
  private let prefix = UInt64.random(in: 0..<(1 << 30))
  private let counter = ManagedAtomic<UInt64>(0)

  func next() -> String {
    let count = counter.loadThenWrappingIncrement(ordering: .relaxed)
    return String(unsafeUninitializedCapacity: 15) { buffer in
      Self.write(prefix, to: buffer, 0..<6)
      Self.write(count, to: buffer, 6..<15)
      return 15
    }
  }

  /// Whether a name that a gateway gave may stand in logs and responses here: up to 64 letters,
  /// digits, hyphens and underscores.
  static func isAcceptable(_ id: String) -> Bool {
    (1...64).contains(id.utf8.count)
      && id.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  private static func write(
    _ number: UInt64, to digits: UnsafeMutableBufferPointer<UInt8>, _ places: Range<Int>
  ) {
    var rest = number
    for index in places.reversed() {
      digits[index] = alphabet[Int(rest & 31)]
      rest >>= 5
    }
  }
}
