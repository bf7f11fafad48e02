import Crypto
import Foundation

/// The bearer token of the admin endpoint. Only its digest is kept.
public struct AdminToken: Sendable {
  private let digest: SHA256Digest

  public init(_ token: String) {
    digest = SHA256.hash(data: Data(token.utf8))
  }

  /// Whether the value of an `Authorization` header carries this token. Digests are compared, in
  /// constant time, so that timing tells neither a prefix nor the length.
  func isPresent(in header: String?) -> Bool {
    guard let header else { return false }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
    return SHA256.hash(data: Data(parts[1].utf8)) == digest
  }
}
