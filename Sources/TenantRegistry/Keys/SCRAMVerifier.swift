import Crypto
import Foundation

/// What Postgres stores of a password (RFC 5803), made here so that the password itself is never
/// in a statement, and so in no log.
struct SCRAMVerifier: Sendable, CustomStringConvertible {
  static let iterations = 4096

  let description: String

  init(password: Secret, salt: [UInt8] = Secret.random(byteCount: 16).bytes) {
    let salted = Self.saltedPassword(password, salt: salt)
    let clientKey = HMAC<SHA256>.authenticationCode(for: Data("Client Key".utf8), using: salted)
    let serverKey = HMAC<SHA256>.authenticationCode(for: Data("Server Key".utf8), using: salted)
    let storedKey = SHA256.hash(data: Data(clientKey))
    description =
      "SCRAM-SHA-256$\(Self.iterations):\(Data(salt).base64EncodedString())"
      + "$\(Data(storedKey).base64EncodedString()):\(Data(serverKey).base64EncodedString())"
  }

  /// PBKDF2 with HMAC-SHA-256, its first and only block (RFC 5802, `Hi`).
  private static func saltedPassword(_ password: Secret, salt: [UInt8]) -> SymmetricKey {
    let key = password.symmetricKey
    var block = Array(HMAC<SHA256>.authenticationCode(for: salt + [0, 0, 0, 1], using: key))
    var sum = block
    for _ in 1..<iterations {
      block = Array(HMAC<SHA256>.authenticationCode(for: block, using: key))
      for index in sum.indices { sum[index] ^= block[index] }
    }
    return SymmetricKey(data: sum)
  }
}
