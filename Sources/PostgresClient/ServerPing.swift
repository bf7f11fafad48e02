import CLibPQ

extension PostgresLogin {
  /// Whether a server answers there and takes connections, whatever it thinks of the login: false
  /// while nothing can be reached, and while the server starts or shuts down (57P03).
  ///
  /// It tells a database that is not there yet from one that refuses the login, and costs
  /// less than to log in. No password is sent.
  package func isAnswered() async -> Bool {
    await withUnsafeContinuation { continuation in
      PostgresConnection.blockingQueue.async { continuation.resume(returning: ping()) }
    }
  }

  private func ping() -> Bool {
    let settings = [
      // In clear: whether the certificate is right is the login's business.
      ("host", host), ("port", String(port)), ("dbname", database), ("user", user),
      ("sslmode", "disable"), ("gssencmode", "disable"), ("passfile", ConnectionSettings.noFile),
      ("connect_timeout", "2"),
    ]
    return ConnectionSettings.with(settings) { PQpingParams($0, $1, 0) == PQPING_OK }
  }
}
