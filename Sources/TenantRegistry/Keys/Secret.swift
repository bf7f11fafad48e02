import Crypto
import Foundation

/// Bytes that must never be printed, logged or reflected.
///
/// Equality takes the same time wherever the bytes differ.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let key: SymmetricKey

  public init(_ bytes: some ContiguousBytes) {
    key = SymmetricKey(data: bytes)
  }

  /// New random bytes, from the system's generator.
  public static func random(byteCount: Int = 32) -> Secret {
    Secret(SymmetricKey(size: .init(bitCount: byteCount * 8)))
  }

  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try key.withUnsafeBytes(body)
  }

  /// The bytes themselves. Whoever asks answers for where they go.
  public var bytes: [UInt8] { key.withUnsafeBytes { Array($0) } }

  var symmetricKey: SymmetricKey { key }

  public var description: String { "<secret>" }
  public var debugDescription: String { "<secret>" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
