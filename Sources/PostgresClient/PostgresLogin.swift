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
