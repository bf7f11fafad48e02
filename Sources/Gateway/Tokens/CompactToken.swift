import HTTPSupport
import Tenancy
import TenantRegistry

/// A JWT in its compact form (RFC 7515, section 3.1), taken apart.
///
/// JWTKit takes more than that: characters that stand for no bits, padding, JSON that is none, and of
/// members with one name the first. So of each token there would be many spellings.
struct CompactToken {
  let header: JSONValue
  let payload: JSONValue

  /// Nil unless each of three parts is spelled in the one way that it can be, and header and payload
  /// are JSON objects without repeated members.
  init?(_ token: String) {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, [UInt8](base64URL: parts[2]) != nil,
      let header = Self.object(parts[0]), let payload = Self.object(parts[1])
    else { return nil }
    self.header = header
    self.payload = payload
  }

  /// Whether the header asks for what is done here and no more: HS256, and no extension that must be
  /// understood (RFC 7515, section 4.1.11).
  var isPlain: Bool {
    guard header["alg"] == .string("HS256"), header["crit"] == nil else { return false }
    switch header["typ"] {
    case nil: return true
    case .string(let type): return type.lowercased() == "jwt"
    default: return false
    }
  }

  /// Whether the token does not begin to count later (`nbf`, RFC 7519, section 4.1.5).
  ///
  /// - Parameter time: Seconds since 1970.
  func hasBegun(at time: Int64) -> Bool {
    switch payload["nbf"] {
    case nil: true
    case .number(let seconds): seconds.scaled(byPowerOfTen: 0).map { $0 <= time } ?? false
    default: false
    }
  }

  private static func object(_ part: Substring) -> JSONValue? {
    guard let bytes = [UInt8](base64URL: part),
      (try? JSONParser.repeatedMember(in: bytes)) == nil,
      let value = try? JSONParser.parse(bytes), case .object = value
    else { return nil }
    return value
  }
}
