import Crypto
import CryptoExtras
import Foundation
import Tenancy

/// A salted hash of a password, in the text form of Werkzeug: `scrypt:N:r:p$salt$hash`, where the
/// salt's characters themselves are salt and the hash is 64 bytes in hex.
struct ScryptHash: Sendable, CustomStringConvertible {
  let parameters: ScryptParameters
  let salt: String
  let key: SymmetricKey

  private static let keyByteCount = 64
  private static let saltLength = 16
  private static let saltCharacters = Array(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

  /// Hashes `password` under a new salt. Takes as long as `parameters` say.
  init(of password: Password, parameters: ScryptParameters) throws {
    // The system's generator is a cryptographic one on Linux (getrandom).
    let salt = String((0..<Self.saltLength).map { _ in Self.saltCharacters.randomElement()! })
    self.parameters = parameters
    self.salt = salt
    key = try Self.deriveKey(from: password, salt: salt, parameters: parameters)
  }

  /// Reads the text form; nil if it is not one, or would take more work than is bearable.
  init?(_ text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[1].isEmpty, let key = Self.bytes(hex: parts[2]),
      key.count == Self.keyByteCount
    else { return nil }
    let method = parts[0].split(separator: ":", omittingEmptySubsequences: false)
    guard method.count == 4, method[0] == "scrypt", let cost = Int(method[1]),
      let blockSize = Int(method[2]), let parallelism = Int(method[3])
    else { return nil }
    parameters = ScryptParameters(cost: cost, blockSize: blockSize, parallelism: parallelism)
    guard parameters.isBearable else { return nil }
    salt = String(parts[1])
    self.key = SymmetricKey(data: key)
  }

  /// Whether this is a hash of `password`; compared in constant time. Takes as long as the hash's
  /// parameters say.
  func matches(_ password: Password) throws -> Bool {
    // SymmetricKey's == takes the same time wherever the bytes differ.
    try Self.deriveKey(from: password, salt: salt, parameters: parameters) == key
  }

  var description: String {
    let hex = key.withUnsafeBytes { $0.hex }
    let method = [parameters.cost, parameters.blockSize, parameters.parallelism]
    return "scrypt:\(method.map(String.init).joined(separator: ":"))$\(salt)$\(hex)"
  }

  private static func deriveKey(
    from password: Password, salt: String, parameters: ScryptParameters
  ) throws -> SymmetricKey {
    try KDF.Scrypt.deriveKey(
      from: Array(password.text.utf8), salt: Array(salt.utf8), outputByteCount: keyByteCount,
      rounds: parameters.cost, blockSize: parameters.blockSize,
      parallelism: parameters.parallelism)
  }

  private static func bytes(hex: Substring) -> [UInt8]? {
    let digits = hex.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count % 2 == 0, !digits.contains(nil) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { index in
      UInt8((digits[index] ?? 0) << 4 | (digits[index + 1] ?? 0))
    }
  }
}
