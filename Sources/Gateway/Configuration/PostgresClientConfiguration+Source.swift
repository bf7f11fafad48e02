import PostgresClient

extension PostgresClientConfiguration {
  /// ## Configuration keys
  /// - `TERRACE_DATABASE_CONNECTIONS`
  /// - `TERRACE_DATABASE_CONNECT_TIMEOUT`, `TERRACE_DATABASE_QUEUE_TIMEOUT`,
  ///   `TERRACE_DATABASE_STATEMENT_TIMEOUT`
  /// - `TERRACE_DATABASE_STATEMENT_MEMORY`
  ///
  /// - Parameter connections: how many may be open at once if the key is not set.
  init(_ source: ConfigurationSource, connections: Int? = nil) throws {
    self.init()
    maximumConnections =
      try source.integer(.databaseConnections, in: 2...1000) ?? connections ?? maximumConnections
    connectTimeout = try source.duration(.connectTimeout) ?? connectTimeout
    queueTimeout = try source.duration(.queueTimeout) ?? queueTimeout
    statementTimeout = try source.duration(.statementTimeout) ?? statementTimeout
    statementMemory = try source.integer(.statementMemory, in: 0...1 << 30) ?? statementMemory
  }

  /// The connections that so many processes together may open: each has one more, to LISTEN.
  func connections(of processes: Int) -> Int { processes * (maximumConnections + 1) }
}
