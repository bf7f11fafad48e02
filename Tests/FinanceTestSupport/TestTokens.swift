import Crypto
import Foundation
import Tenancy

/// Tokens under a key of its own, so that one tenant's is none of another's.
package struct TestTokens: TokenIssuer, TokenVerifier {
  private let key = SymmetricKey(size: .bits256)

  package init() {}

  package func issueToken(for claims: TokenClaims) async throws -> String {
    let payload = "\(claims.userID).\(claims.epoch).\(claims.session ?? 0)"
    return payload + "." + signature(of: payload)
  }

  package func verify(_ token: String) async throws(InvalidToken) -> TokenClaims {
    let parts = token.split(separator: ".")
    guard parts.count == 4, let userID = Int64(parts[0]), let epoch = Int64(parts[1]),
      let session = Int64(parts[2]), signature(of: "\(userID).\(epoch).\(session)") == parts[3]
    else { throw InvalidToken() }
    return TokenClaims(userID: userID, epoch: epoch, session: session == 0 ? nil : session)
  }

  private func signature(of payload: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Data(payload.utf8), using: key)
    return code.map { String($0, radix: 16) }.joined()
  }
}
