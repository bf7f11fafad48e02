import Crypto
import CryptoExtras
import Foundation
import Tenancy

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

/// The passwords of the logins that are derived rather than stored.
enum LoginPassword {
  /// A cell's; nil if that version of the shared master key is not held.
  static func cell(_ cell: Int, version: Int, _ masterKeys: MasterKeys) -> Secret? {
    masterKeys.shared.derive(.cellLogin(cell), version: version).map(text)
  }

  /// A dedicated tenant's, for the credentials of that number; nil if that version of the
  /// dedicated master key is not held.
  static func tenant(
    _ id: TenantID, credential: Int, version: Int, _ masterKeys: MasterKeys
  ) -> Secret? {
    masterKeys.dedicated?.derive(.tenantLogin(id, credential), version: version).map(text)
  }

  /// The bytes as a password that can be typed.
  private static func text(_ secret: Secret) -> Secret {
    Secret(Array(secret.bytes.base64URL.utf8))
  }
}

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
    // It fails for lengths that are none, and for want of memory. Postgres chose the rounds: 4096.
    try! KDF.Insecure.PBKDF2.deriveKey(
      from: password.bytes, salt: salt, using: .sha256, outputByteCount: SHA256.Digest.byteCount,
      unsafeUncheckedRounds: iterations)
  }
}
