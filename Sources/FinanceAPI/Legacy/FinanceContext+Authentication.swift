import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

extension FinanceContext {
  /// What the request's token says. Whether its user still exists is for the statement to check.
  ///
  /// - Throws: `TextError` 401 if there is no token, or none that this tenant accepts.
  func authenticate(_ request: Request) async throws(TextError) -> TokenClaims {
    guard let token = request.accessToken else {
      throw TextError(
        .unauthorized, "A valid access token is missing", headers: [.wwwAuthenticate: "Bearer"])
    }
    do {
      return try await source.tokenVerifier.verify(token)
    } catch {
      throw .invalidToken
    }
  }
}

extension TextError {
  static let invalidToken = TextError(
    .unauthorized, "Invalid token", headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""])
}

extension Request {
  /// The token in `x-access-token`, or else in `Authorization: Bearer`.
  fileprivate var accessToken: String? {
    if headers.contains(.accessToken), let token = headers[.accessToken], !token.isEmpty {
      return token
    }
    return headers.bearerToken.map(String.init)
  }
}

extension HTTPField.Name {
  // A constant that is a valid field name.
  fileprivate static let accessToken = HTTPField.Name("x-access-token")!
}
