/// A connection of its own that LISTENs.
public struct PostgresListener: Sendable {
  /// A `NOTIFY` that arrived.
  public struct Notification: Sendable, Hashable {
    public let channel: String
    public let payload: String
  }

  /// The notifications, in order; it throws ``PostgresError`` when the connection is lost.
  public let notifications: AsyncThrowingStream<Notification, any Error>
}

extension PostgresClient {
  /// Opens a connection outside the pools, LISTENs on `channel`, and closes it when `body` is done.
  ///
  /// - Throws: `connectFailed` if it cannot be opened, and what `body` throws.
  public func withListener<R: Sendable>(
    _ login: PostgresLogin, channel: String, _ body: (PostgresListener) async throws -> R
  ) async throws -> R {
    fatalError()
  }
}
