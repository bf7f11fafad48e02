import Crypto
import Foundation

/// 256 random bits that are handed out once. What is stored is their SHA-256: nobody can guess what it
/// is of, so it need not be slow, and can be looked up.
struct RandomSecret: Sendable {
  static let byteCount = 32

  let bytes: [UInt8]

  /// A new one.
  init() {
    bytes = Self.bytes(count: Self.byteCount)
  }

  init(_ bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  var hash: [UInt8] { Array(SHA256.hash(data: Data(bytes))) }

  /// From the system's generator.
  static func bytes(count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }
}

extension Int64 {
  /// The eight bytes, the highest first.
  var bytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }

  /// - Parameter bytes: eight, the highest first.
  init(bytes: some Sequence<UInt8>) {
    self = bytes.reduce(0) { $0 << 8 | Int64($1) }
  }
}
