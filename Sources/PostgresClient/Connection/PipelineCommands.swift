import CLibPQ

/// The commands of a batch: sends them, by the names of prepared statements where that is worth it,
/// and knows what each result that comes back is for.
struct PipelineCommands {
  /// What a command was sent for, and so what becomes of its result. It counts no references.
  enum Step {
    /// A caller's statement, or a guard of some conditions; nil if it was sent without a name.
    case query(StatementCache.Name?, conditions: Range<Int>?)
    /// See ``PipelineCommands/isPrepared(_:)``.
    case prepare(Int)
    case commit
    case utility
  }

  /// A statement that this batch prepares.
  private struct Preparing {
    let key: StatementCache.Key
    let name: StatementCache.Name
    /// Whether it is one of the pipeline's own.
    let isOwn: Bool
  }

  private var statements: StatementCache
  /// What the pipeline sends by itself: few statements that come again and again. They are prepared at
  /// once, and stay.
  private var ownStatements: [(sql: String, name: StatementCache.Name)] = []
  private var preparing: [Preparing] = []
  private var steps: [Step] = []
  private var position = 0

  /// - Parameter statementMemory: bytes of the server's memory that prepared statements may take.
  init(statementMemory: Int) {
    statements = StatementCache(budget: statementMemory)
  }

  /// A batch begins. All results of the one before are in.
  mutating func begin() {
    position = 0
    steps.removeAll(keepingCapacity: true)
    preparing.removeAll(keepingCapacity: true)
  }

  // MARK: Sending

  // All return false if it could not be sent.

  /// Deallocates the statements that have made room for others.
  mutating func deallocateEvicted(on connection: OpaquePointer) -> Bool {
    for name in statements.takeEvicted() {
      steps.append(.utility)
      guard PQsendQueryParams(connection, "deallocate \(name)", 0, nil, nil, nil, nil, 0) == 1
      else { return false }
    }
    return true
  }

  /// Sends the statement that makes the scope's settings.
  mutating func appendSwitch(to scope: SessionScope, on connection: OpaquePointer) -> Bool {
    guard let name = prepareOwn(scope.switchSQL, on: connection) else { return false }
    steps.append(.utility)
    return scope.switchParameters.with { count, values in
      name.withCString { PQsendQueryPrepared(connection, $0, count, values, nil, nil, 0) == 1 }
    }
  }

  /// Sends a statement of the pipeline's own.
  mutating func append(
    _ sql: String, on connection: OpaquePointer, as step: Step = .utility
  ) -> Bool {
    guard let name = prepareOwn(sql, on: connection) else { return false }
    steps.append(step)
    return name.withCString { PQsendQueryPrepared(connection, $0, 0, nil, nil, nil, 0) == 1 }
  }

  /// Sends a caller's statement: by its name if it is prepared, or is worth it.
  mutating func append(
    _ query: PostgresQuery, in scope: SessionScope?, on connection: OpaquePointer,
    conditions: Range<Int>? = nil
  ) -> Bool {
    let name = query.isPrepared ? name(of: query, in: scope, on: connection) : nil
    steps.append(.query(name, conditions: conditions))
    return ParameterValues.with(query.parameters) { count, values in
      guard let name else {
        return PQsendQueryParams(connection, query.sql, count, nil, values, nil, nil, 0) == 1
      }
      return name.withCString {
        PQsendQueryPrepared(connection, $0, count, values, nil, nil, 0) == 1
      }
    }
  }

  /// The name under which the statement is, or is being, prepared; nil if it is not worth it, and the
  /// server parses and plans it for this once.
  private mutating func name(
    of query: PostgresQuery, in scope: SessionScope?, on connection: OpaquePointer
  ) -> StatementCache.Name? {
    let key = StatementCache.Key(scope: scope, text: query.text)
    if let name = statements.use(key) { return name }
    if let same = preparing.first(where: { !$0.isOwn && $0.key == key }) { return same.name }
    guard statements.isWorthPreparing(key) else { return nil }
    return prepare(key, isOwn: false, on: connection)
  }

  private mutating func prepareOwn(
    _ sql: String, on connection: OpaquePointer
  ) -> StatementCache.Name? {
    for own in ownStatements where own.sql == sql { return own.name }
    return prepare(.init(scope: nil, text: StatementText(sql)), isOwn: true, on: connection)
  }

  /// - Returns: nil if it could not be sent.
  private mutating func prepare(
    _ key: StatementCache.Key, isOwn: Bool, on connection: OpaquePointer
  ) -> StatementCache.Name? {
    let name = statements.makeName()
    guard name.withCString({ PQsendPrepare(connection, $0, key.text.sql, 0, nil) }) == 1 else {
      return nil
    }
    steps.append(.prepare(preparing.count))
    preparing.append(Preparing(key: key, name: name, isOwn: isOwn))
    return name
  }

  // MARK: Receiving

  /// What the result that comes now is for; nil if no command is left.
  var current: Step? { position < steps.count ? steps[position] : nil }

  /// All results of the current command are in.
  ///
  /// - Returns: false if there was none.
  mutating func goOn() -> Bool {
    guard position < steps.count else { return false }
    position += 1
    return true
  }

  /// The server has prepared the statement that the number of a ``Step/prepare(_:)`` stands for. Until
  /// then it does not exist.
  mutating func isPrepared(_ number: Int) {
    let statement = preparing[number]
    if statement.isOwn {
      ownStatements.append((statement.key.text.sql, statement.name))
    } else {
      statements.insert(statement.key, statement.name)
    }
  }

  /// The server no longer takes the statement.
  mutating func forget(_ name: StatementCache.Name) {
    statements.remove(name)
  }
}
