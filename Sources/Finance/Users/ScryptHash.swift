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

  /// Reads the text form; nil if it is not one, or would take more work than ``ScryptParameters/isWithinLimits`` allows.
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
    guard parameters.isWithinLimits else { return nil }
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

/// What one scrypt hash costs (RFC 7914): about 128·N·r bytes, for a time that grows with N·r·p.
package struct ScryptParameters: Hashable, Sendable {
  /// N, a power of two.
  package let cost: Int
  /// r.
  package let blockSize: Int
  /// p.
  package let parallelism: Int

  /// What new hashes use: one of the settings that OWASP's Password Storage Cheat Sheet holds equal
  /// in strength, the one of 32 MiB.
  package static let standard = ScryptParameters(cost: 1 << 15, blockSize: 8, parallelism: 3)

  package init(cost: Int, blockSize: Int, parallelism: Int) {
    self.cost = cost
    self.blockSize = blockSize
    self.parallelism = parallelism
  }

  private var work: Int { cost * blockSize * parallelism }

  /// The work that each wrong password costs, whatever it is compared with: that of the dearest hash
  /// that may be stored, if these are ``standard``.
  var ceiling: ScryptParameters {
    ScryptParameters(cost: cost, blockSize: blockSize, parallelism: (parallelism * 4 + 2) / 3)
  }

  /// What one more hash must have, so that it and one with `others` together do as much work as one
  /// with these: exactly if the sizes are usual ones, otherwise to a hundredth. Nil if nothing is
  /// left.
  func remainder(after others: ScryptParameters) -> ScryptParameters? {
    let missing = work - others.work
    var cost = cost
    while missing % (cost * blockSize) != 0, cost > max(2, self.cost / 16) { cost /= 2 }
    let unit = cost * blockSize
    let parallelism = (missing + unit / 2) / unit
    guard parallelism > 0 else { return nil }
    return ScryptParameters(cost: cost, blockSize: blockSize, parallelism: parallelism)
  }

  /// Whether a stored hash may make this process do the work: at most that of the dearest of the
  /// settings that OWASP holds equal in strength, of 128 MiB, which is a third more than that of
  /// ``standard``. Wrong passwords are made to cost that much; a dearer hash would tell by its time
  /// that it is there. (swift-crypto computes too small a memory limit for r over 16.)
  var isWithinLimits: Bool {
    (2...1 << 17).contains(cost) && cost.nonzeroBitCount == 1 && (1...16).contains(blockSize)
      && (1...16).contains(parallelism)
      && work <= 1 << 20
  }
}
