import CLibPQ

/// Where and as whom to connect.
///
/// `description` never shows the password.
public struct PostgresLogin: Hashable, Sendable, CustomStringConvertible {
  /// A host name or address, or the absolute path of a Unix socket's folder.
  public var host: String
  public var port: Int
  public var database: String
  public var user: String
  public var password: String?
  /// libpq's `sslmode`: `disable`, `prefer`, `require`, `verify-ca` or `verify-full`.
  public var sslMode: String
  /// The path of the certificate authority's PEM file for `verify-ca` and `verify-full`.
  public var sslRootCertificate: String?

  public init(
    host: String, port: Int = 5432, database: String, user: String, password: String? = nil,
    sslMode: String = "prefer", sslRootCertificate: String? = nil
  ) {
    self.host = host
    self.port = port
    self.database = database
    self.user = user
    self.password = password
    self.sslMode = sslMode
    self.sslRootCertificate = sslRootCertificate
  }

  /// The same server and database, as another user.
  public func with(user: String, password: String?) -> PostgresLogin {
    var copy = self
    copy.user = user
    copy.password = password
    return copy
  }

  public var description: String { "\(user)@\(host):\(port)/\(database)" }
}

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
