import Synchronization

/// What a statement may touch: the role it runs as, the schemas its names resolve in, and further
/// settings of its transaction.
///
/// All of it is set anew in every transaction, in the same round trip as the statements, and ends
/// with the transaction. One object holds it, so that passing a scope on counts one reference.
public struct SessionScope: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  /// A setting that every transaction of a scope begins with. Its value is never printed.
  public struct Setting: Sendable, CustomStringConvertible, CustomReflectable {
    /// Such as `app.key`. It is part of a statement's text: never take it from a request.
    public let name: String
    let value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }

    public var description: String { "\(name) = <secret>" }
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
  }

  private final class Storage: Sendable {
    let role: String
    let roleHash: Int
    let searchPath: String
    let settings: [Setting]
    let restoresSession: Bool
    let switchSQL: String
    private let lazySwitchParameters = AtomicLazyReference<FixedParameters>()

    /// Made when they are first needed: of many scopes few are ever used.
    var switchParameters: FixedParameters {
      lazySwitchParameters.load()
        ?? lazySwitchParameters.storeIfNil(
          FixedParameters([role, searchPath] + settings.map(\.value)))
    }

    init(role: String, searchPath: String, settings: [Setting], restoresSession: Bool) {
      self.role = role
      roleHash = role.hashValue
      self.searchPath = searchPath
      self.settings = settings
      self.restoresSession = restoresSession
      switchSQL = SessionScope.switchSQL(settings, restoresSession)
    }
  }

  private static let plainSwitch =
    "select pg_catalog.set_config('role',$1,true),pg_catalog.set_config('search_path',$2,true)"

  private static func switchSQL(_ settings: [Setting], _ restoresSession: Bool) -> String {
    var sql = plainSwitch
    for (index, setting) in settings.enumerated() {
      let name = PostgresQuery.quoteLiteral(setting.name)
      sql += ",pg_catalog.set_config(\(name),$\(index + 3),true)"
    }
    if restoresSession { sql += ",pg_catalog.pg_advisory_unlock_all()" }
    return sql
  }

  private let storage: Storage

  /// The role that the login switches to. Waiting requests take turns by role.
  public var role: String { storage.role }
  /// `search_path`, as Postgres writes it: identifiers that need quotes are quoted.
  public var searchPath: String { storage.searchPath }
  /// What is set besides. It belongs to the role, and so says nothing of whether two scopes are the
  /// same.
  public var settings: [Setting] { storage.settings }
  /// Whether the session is restored for whoever comes next: the settings are reset at the end of a
  /// transaction, and session locks are released at the start of the next. It is for servers where
  /// an expression that was injected into a statement could change the one or take the others.
  public var restoresSession: Bool { storage.restoresSession }

  /// The one statement that makes the settings. Scopes with settings of the same names share its text.
  var switchSQL: String { storage.switchSQL }
  var switchParameters: FixedParameters { storage.switchParameters }

  public init(
    role: String, searchPath: String, settings: [Setting] = [], restoresSession: Bool = false
  ) {
    storage = Storage(
      role: role, searchPath: searchPath, settings: settings, restoresSession: restoresSession)
  }

  /// The scope of a role that owns nothing but may use `schema`; temporary names come last.
  public init(
    role: String, schema: String, settings: [Setting] = [], restoresSession: Bool = false
  ) {
    self.init(
      role: role, searchPath: "\(PostgresQuery.quoteIdentifier(schema)), pg_temp",
      settings: settings, restoresSession: restoresSession)
  }

  public static func == (lhs: SessionScope, rhs: SessionScope) -> Bool {
    lhs.storage === rhs.storage
      || (lhs.storage.roleHash == rhs.storage.roleHash && lhs.role == rhs.role
        && lhs.searchPath == rhs.searchPath)
  }

  /// By the role alone, which has one search path at a time.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(storage.roleHash)
  }

  public var description: String { "\(role) (\(searchPath))" }
  public var customMirror: Mirror {
    Mirror(self, children: ["role": role, "searchPath": searchPath, "settings": settings])
  }
}

/// What one scope may have of a pool, where it differs from the others.
public struct ScopeLimits: Sendable, Hashable {
  /// Connections at once; nil, or more than the others may have, is as many as they.
  public var connections: Int?
  /// Requests that wait at once; nil is as many as of the others.
  public var waiters: Int?

  public init(connections: Int? = nil, waiters: Int? = nil) {
    self.connections = connections
    self.waiters = waiters
  }
}
