import Crypto
import Foundation
import PostgresClient
import Tenancy

extension Migration {
  /// The SHA-256 of the name and every statement, in hex.
  var checksum: String {
    var hash = SHA256()
    for part in ["\(number)", name] + statements {
      hash.update(data: Data("\(part.utf8.count):\(part)".utf8))
    }
    return hash.finalize().hex
  }
}
