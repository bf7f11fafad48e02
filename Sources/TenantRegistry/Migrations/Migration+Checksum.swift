import Crypto
import Foundation
import PostgresClient

extension Migration {
  /// The SHA-256 of the name and every statement, in hex.
  var checksum: String {
    var hash = SHA256()
    for part in ["\(number)", name] + statements {
      hash.update(data: Data("\(part.utf8.count):\(part)".utf8))
    }
    return hash.finalize().map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
