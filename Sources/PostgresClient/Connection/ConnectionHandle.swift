import CLibPQ

/// An open libpq connection in non-blocking pipeline mode, and the duty to close it.
struct ConnectionHandle: ~Copyable, @unchecked Sendable {
  // Unchecked since OpaquePointer is not Sendable; the handle is unique and moves between threads.
  let pointer: OpaquePointer
  /// The query that makes the session's settings again after a reset; nil if a reset does.
  private(set) var pins: String?

  private init(pointer: OpaquePointer) {
    self.pointer = pointer
  }

  deinit {
    PQfinish(pointer)
  }

  var socket: Int32 { PQsocket(pointer) }

  /// Connects, which blocks: libpq resolves names while it does.
  ///
  /// - Throws: ``PostgresError`` with code `connectFailed`, or `refused` if trying again does not help.
  static func open(
    _ login: PostgresLogin, configuration: PostgresClientConfiguration, poolers: PoolerCheck
  ) throws(PostgresError) -> ConnectionHandle {
    var handle = try connect(login, configuration)
    do throws(PostgresError) {
      try handle.begin(login, configuration, poolers)
    } catch {
      guard error.code != .refused else { throw error }
      throw PostgresError(
        code: .connectFailed, sqlState: error.sqlState, detail: "\(login): \(error.detail)")
    }
    guard PQsetnonblocking(handle.pointer, 1) == 0, PQenterPipelineMode(handle.pointer) == 1 else {
      throw failure(login, handle.pointer)
    }
    return handle
  }

  private static func connect(
    _ login: PostgresLogin, _ configuration: PostgresClientConfiguration
  ) throws(PostgresError) -> ConnectionHandle {
    let settings = ConnectionSettings.of(login, configuration)
    guard
      let pointer = ConnectionSettings.with(settings, { PQconnectdbParams($0, $1, 0) })
    else {
      throw PostgresError(code: .connectFailed, detail: "out of memory")
    }
    let handle = ConnectionHandle(pointer: pointer)
    // libpq prints notices to standard error otherwise.
    PQsetNoticeProcessor(pointer, { _, _ in }, nil)
    guard PQstatus(pointer) == CONNECTION_OK else { throw failure(login, pointer) }
    return handle
  }

  private static func failure(_ login: PostgresLogin, _ pointer: OpaquePointer) -> PostgresError {
    PostgresError(
      code: .connectFailed, detail: "\(login): \(String(cString: PQerrorMessage(pointer)))")
  }

  /// Looks whether the session is the server's own and has the settings that it was to begin with. A
  /// pooler names a process that is not the server's, and may keep the options to itself.
  private mutating func begin(
    _ login: PostgresLogin, _ configuration: PostgresClientConfiguration, _ poolers: PoolerCheck
  ) throws(PostgresError) {
    let deadline = ContinuousClock.now + max(.seconds(1), configuration.connectTimeout)
    let question =
      "select pg_catalog.pg_backend_pid(), "
      + ([SessionSettings.mark] + SessionSettings.emptied)
      .map { "pg_catalog.current_setting('\($0)', true)" }.joined(separator: ", ")
    let session = try BlockingQuery.run(question, on: pointer, until: deadline)[0]
    let process: Int = try session.decode(0)
    let isServers = process == Int(PQbackendPID(pointer))
    let mark: String? = try session.decodeIfPresent(1)
    var statements = ""
    if !isServers {
      try poolers.check(login, first: pointer, process: process) { () throws(PostgresError) in
        try Self.connect(login, configuration)
      }
    }
    if !isServers || mark != "on" {
      statements = SessionSettings.statements(configuration)
      pins = SessionSettings.query(configuration)
    }
    for (index, name) in SessionSettings.emptied.enumerated() {
      let value: String? = try session.decodeIfPresent(2 + index)
      if value?.isEmpty == false { statements += "set \(name) = '';" }
    }
    if !statements.isEmpty { try BlockingQuery.run(statements, on: pointer, until: deadline) }
  }
}
