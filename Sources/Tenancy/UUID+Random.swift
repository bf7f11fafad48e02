import Foundation

extension UUID {
  /// A random UUID (RFC 9562, version 4), or the process's end if the system has no randomness:
  /// `UUID()` is all zeros where `/dev/urandom` cannot be opened, and says nothing.
  public static func random() -> UUID {
    var generator = SystemRandomNumberGenerator()
    var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    withUnsafeMutableBytes(of: &bytes) { bytes in
      for index in bytes.indices { bytes[index] = .random(in: 0...255, using: &generator) }
      bytes[6] = bytes[6] & 0x0f | 0x40
      bytes[8] = bytes[8] & 0x3f | 0x80
    }
    return UUID(uuid: bytes)
  }
}
