import Crypto
import Foundation
import HTTPSupport
import HTTPTypes

/// The bearer token of the admin endpoint. Only its digest is kept.
public struct AdminToken: Sendable {
  private let digest: SHA256Digest

  public init(_ token: String) {
    digest = SHA256.hash(data: Data(token.utf8))
  }

  /// Whether a request with these fields carries this token. Digests are compared, in constant time,
  /// so that timing tells neither a prefix nor the length.
  func isPresent(in fields: HTTPFields) -> Bool {
    guard let token = fields.bearerToken else { return false }
    return SHA256.hash(data: Data(token.utf8)) == digest
  }
}
