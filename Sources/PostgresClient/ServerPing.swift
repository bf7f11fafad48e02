import CLibPQ
import Foundation

extension PostgresLogin {
  /// Whether a server answers there and takes connections, whatever it thinks of the login: false
  /// while nothing can be reached, and while the server starts or shuts down (57P03).
  ///
  /// It tells a database that is not there yet from one that refuses the login, which libpq's errors
  /// do by their text alone. No password is sent.
  package func isAnswered() async -> Bool {
    await withUnsafeContinuation { continuation in
      PostgresConnection.blockingQueue.async { continuation.resume(returning: ping()) }
    }
  }

  private func ping() -> Bool {
    let settings = [
      // In clear: whether the certificate is right is the login's business.
      ("host", host), ("port", String(port)), ("dbname", database), ("user", user),
      ("sslmode", "disable"), ("connect_timeout", "2"),
    ]
    var keywords = settings.map { UnsafePointer(strdup($0.0)) }
    var values = settings.map { UnsafePointer(strdup($0.1)) }
    defer {
      for pointer in keywords + values { free(UnsafeMutablePointer(mutating: pointer)) }
    }
    keywords.append(nil)
    values.append(nil)
    return PQpingParams(keywords, values, 0) == PQPING_OK
  }
}
