import Crypto
import Foundation
import Tenancy

/// One-time codes by the clock (RFC 6238): SHA-1, a new one every 30 seconds, six digits.
package struct TOTP: Sendable {
  static let period: Int64 = 30
  private static let digits = 6
  /// The steps before and after the clock's whose codes are taken too, since clocks differ.
  private static let tolerance: Int64 = 1

  /// 20 bytes, as many as the hash has (RFC 4226, section 4).
  let secret: [UInt8]

  init(secret: [UInt8]) {
    self.secret = secret
  }

  /// One with a new secret.
  static func random() -> TOTP { TOTP(secret: RandomSecret.bytes(count: 20)) }

  /// The secret as authenticator apps take it.
  package var secretText: String { Base32.encode(secret) }

  /// The step whose code this is, if it is one around `time` and later than `last`.
  ///
  /// - Parameters:
  ///   - code: as it was typed: white space does not count.
  ///   - last: the last step whose code was used; a code counts once.
  func step(of code: String, at time: Date, after last: Int64?) -> Int64? {
    let typed = code.filter { !$0.isWhitespace }.utf8
    guard typed.count == Self.digits, typed.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    let number = typed.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
    let now = Self.step(at: time)
    return (now - Self.tolerance...now + Self.tolerance).first { step in
      step > last ?? .min && self.code(at: step) == number
    }
  }

  static func step(at time: Date) -> Int64 {
    Int64((time.timeIntervalSince1970 / Double(period)).rounded(.down))
  }

  /// RFC 4226, section 5.3.
  func code(at step: Int64) -> UInt32 {
    let counter = withUnsafeBytes(of: step.bigEndian) { Data($0) }
    let key = SymmetricKey(data: secret)
    let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: key))
    let offset = Int(hash[19] & 0xF)
    let bits = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return (bits & 0x7FFF_FFFF) % 1_000_000
  }
}

/// What an authenticator app is told of an account.
package struct TOTPEnrolment: Sendable {
  private static let longestLabel = 40

  package let totp: TOTP
  /// In the form of Google's "Key URI Format", which all apps read.
  package let url: String

  /// - Parameters:
  ///   - issuer: the tenant's name.
  ///   - username: the user's. Either is cut where the URL would not fit a QR code.
  init(_ totp: TOTP, issuer: String, username: String) {
    self.totp = totp
    let issuer = issuer.percentEncoded(upTo: Self.longestLabel)
    let parameters =
      "?secret=\(totp.secretText)&issuer=\(issuer)&algorithm=SHA1&digits=6&period=\(TOTP.period)"
    let start = "otpauth://totp/\(issuer):"
    let rest = QRCode.maximumByteCount - start.utf8.count - parameters.utf8.count
    url = start + username.percentEncoded(upTo: rest) + parameters
  }

  /// The URL as a QR code.
  package var image: String {
    get throws(QRCode.TextTooLong) { try QRCode(url).svg }
  }
}

extension String {
  /// The unreserved characters (RFC 3986, section 2.3).
  private static let unreserved = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

  /// As many whole characters from the start as have at most `limit` bytes when they are encoded.
  fileprivate func percentEncoded(upTo limit: Int) -> String {
    var text = ""
    for character in self {
      let encoded = character.utf8.map { byte in
        Self.unreserved.contains(byte)
          ? String(UnicodeScalar(byte)) : "%" + [byte].hex.uppercased()
      }.joined()
      guard text.utf8.count + encoded.utf8.count <= limit else { break }
      text += encoded
    }
    return text
  }
}
