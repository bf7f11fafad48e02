/// The names of one installation's roles.
///
/// Roles belong to a server, not to a database. Installations that share a server have different
/// prefixes, so that no name of the one is a name of the other: a prefix has no underscore, and
/// every name begins with it and one. Only the tenants' roles of the standard prefix begin with `t_`
/// instead.
public struct DatabaseRoles: Sendable, Hashable {
  /// What a prefix must be.
  public static let form =
    "1 to 8 of a-z and 0-9 that begin with a letter; not pg, and not t"

  public static let standard = DatabaseRoles(valid: "terrace")

  public let prefix: String

  /// Nil if `prefix` is not of the ``form``. The longest name is then one that Postgres does not cut.
  public init?(prefix: String) {
    guard (1...8).contains(prefix.utf8.count), !["pg", "t"].contains(prefix),
      prefix.utf8.allSatisfy({ Self.isLetter($0) || (0x30...0x39).contains($0) }),
      prefix.utf8.first.map(Self.isLetter) == true
    else { return nil }
    self.init(valid: prefix)
  }

  /// Those of the installation that the tenant's schema is of.
  init(ofSchema schema: String) {
    let first = schema.prefix { $0 != "_" }
    self = first == "t" ? .standard : DatabaseRoles(valid: String(first))
  }

  private init(valid prefix: String) { self.prefix = prefix }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }

  private var isStandard: Bool { prefix == Self.standard.prefix }

  /// Makes every other role, and owns the database.
  public var owner: String { "\(prefix)_owner" }

  /// The login of shared gateways on the registry.
  public var reader: String { "\(prefix)_reader" }

  func cell(_ id: Int) -> String { "\(prefix)_cell_\(id)" }

  /// What the names of tenants' schemas begin with, which are also those of their roles.
  var schemaPrefix: String { isStandard ? "t_" : "\(prefix)_t_" }

  /// What the names of dedicated tenants' logins begin with; the rest is that of their schema's.
  var tenantLoginPrefix: String { isStandard ? "\(prefix)_t_" : "\(prefix)_d_" }

  // MARK: Regular expressions for SQL. Prefixes have no character that means something there.

  var tenantPattern: String { "^\(schemaPrefix)" }

  var cellPattern: String { "^\(prefix)_cell_" }

  /// Cells' logins and dedicated tenants'.
  var requestPattern: String { "^(\(prefix)_cell_|\(tenantLoginPrefix))" }

  /// All logins.
  var loginPattern: String { "^(\(prefix)_(owner$|reader$|cell_)|\(tenantLoginPrefix))" }

  /// The statement of a registry migration, which is written for the standard roles.
  func naming(_ sql: String) -> String {
    isStandard
      ? sql
      : sql.replacing(Self.standard.owner, with: owner)
        .replacing(Self.standard.reader, with: reader)
  }
}
