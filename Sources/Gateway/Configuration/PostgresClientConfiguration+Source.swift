import PostgresClient

extension PostgresClientConfiguration {
  /// ## Configuration keys
  /// - `TERRACE_DATABASE_CONNECTIONS`
  /// - `TERRACE_DATABASE_CONNECT_TIMEOUT`, `TERRACE_DATABASE_QUEUE_TIMEOUT`,
  ///   `TERRACE_DATABASE_STATEMENT_TIMEOUT`
  init(_ source: ConfigurationSource) throws {
    self.init()
    maximumConnections =
      try source.integer(.databaseConnections, in: 2...1000) ?? maximumConnections
    connectTimeout = try source.duration(.connectTimeout) ?? connectTimeout
    queueTimeout = try source.duration(.queueTimeout) ?? queueTimeout
    statementTimeout = try source.duration(.statementTimeout) ?? statementTimeout
  }
}
