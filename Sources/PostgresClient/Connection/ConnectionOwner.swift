/// Who is told of what becomes of a connection. The calls come from any thread, without a lock.
protocol ConnectionOwner: AnyObject, Sendable {
  /// The connection is idle and can take other work.
  func connectionIsFree(_ connection: PostgresConnection)
  /// The connection is in a state that it may not come out of, and so may others of its login be.
  /// Its holder gives it back all the same.
  func connectionIsUnfit(_ connection: PostgresConnection)
  /// The connection broke and is closed.
  func connectionIsLost(_ connection: PostgresConnection, _ error: PostgresError)
  /// Something was NOTIFYed on a channel that the connection LISTENs to.
  func connection(
    _ connection: PostgresConnection, received notifications: [PostgresListener.Notification])
}
