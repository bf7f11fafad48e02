import Synchronization

/// A connection of its own that LISTENs.
public struct PostgresListener: Sendable {
  /// A `NOTIFY` that arrived.
  public struct Notification: Sendable, Hashable {
    public let channel: String
    public let payload: String
  }

  /// The notifications, in order; it throws ``PostgresError`` when the connection is lost, and with
  /// code `flooded` when there are more than ``maximumInTenSeconds``.
  public let notifications: AsyncThrowingStream<Notification, any Error>

  /// Whoever may connect to the database may NOTIFY any channel. Who gets so many had better ask
  /// from time to time.
  public static let maximumInTenSeconds = 1000
}

extension PostgresClient {
  /// Opens a connection outside the pools, LISTENs on `channel`, and closes it when `body` is done.
  ///
  /// - Parameters:
  ///   - channel: nil for a session that is only there, for what `first` does in it.
  ///   - first: what the session begins with, in one transaction with LISTEN.
  ///   - last: what is sent once `body` is done if the task was cancelled by then. Nobody waits for
  ///     it, nor learns whether it ran.
  /// - Throws: `connectFailed` if it cannot be opened, and what `body` throws.
  public func withListener<R: Sendable>(
    _ login: PostgresLogin, channel: String?, first: PostgresQuery? = nil,
    last: PostgresQuery? = nil, _ body: (PostgresListener) async throws -> R
  ) async throws -> R {
    let owner = ListenerOwner()
    let connection = try await connect(login, owner: owner)
    defer { connection.close() }
    let listen = channel.map {
      PostgresQuery(unsafeSQL: "listen \(PostgresQuery.quoteIdentifier($0))")
    }
    try await begin([listen, first].compactMap(\.self), on: connection)
    defer { if let last, Task.isCancelled { post(last, on: connection) } }
    return try await body(PostgresListener(notifications: owner.stream))
  }

  /// Opens a connection outside the pools and closes it again: a pool that cannot connect does not
  /// say why, this does.
  ///
  /// - Throws: `connectFailed`, or `refused` if trying again does not help, with the server's message
  ///   as the detail.
  public func tryLogin(_ login: PostgresLogin) async throws(PostgresError) {
    do throws(PostgresError) {
      try await connect(login, owner: ListenerOwner()).close()
    } catch {
      guard error.code == .connectFailed else { throw error }
      throw await refusal(of: login) ?? error
    }
  }

  private func refusal(of login: PostgresLogin) async -> PostgresError? {
    await withUnsafeContinuation { continuation in
      PostgresConnection.blockingQueue.async { [configuration] in
        continuation.resume(returning: ConnectionRefusal.find(login, configuration: configuration))
      }
    }
  }

  private func begin(
    _ queries: [PostgresQuery], on connection: PostgresConnection
  ) async throws(PostgresError) {
    let listen = Batch(opening: .none, queries: queries, ending: .none)
    let operation = Operation(pool: PoolID(index: -1), scope: nil, batch: listen)
    let outcome = await withUnsafeContinuation { continuation in
      guard operation.wait(continuation), operation.start(on: connection) else { return }
      if !connection.run(operation, listen, staysCheckedOut: true) {
        operation.resume(.failure(PostgresError(code: .connectionLost)))
      }
    }
    if case .failure(let error) = outcome { throw error }
  }

  /// Sends a statement that nobody waits for.
  private func post(_ query: PostgresQuery, on connection: PostgresConnection) {
    let batch = Batch(opening: .none, queries: [query], ending: .none)
    let operation = Operation(pool: PoolID(index: -1), scope: nil, batch: batch)
    _ = connection.run(operation, batch, staysCheckedOut: true)
  }

  private func connect(_ login: PostgresLogin, owner: ListenerOwner) async throws(PostgresError)
    -> PostgresConnection
  {
    let result: Result<PostgresConnection, PostgresError> = await withUnsafeContinuation {
      continuation in
      PostgresConnection.blockingQueue.async { [configuration, reactor, poolers] in
        do throws(PostgresError) {
          let handle = try ConnectionHandle.open(
            login, configuration: configuration, poolers: poolers)
          let connection = PostgresConnection(
            id: ConnectionID(index: -1), handle: handle, owner: owner, reactor: reactor,
            configuration: configuration)
          continuation.resume(returning: .success(connection))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }
}

/// Turns what the connection receives into a stream.
private final class ListenerOwner: ConnectionOwner {
  let stream: AsyncThrowingStream<PostgresListener.Notification, any Error>
  private let continuation:
    AsyncThrowingStream<PostgresListener.Notification, any Error>.Continuation

  private let window: Mutex<Window>

  /// What came in the last ten seconds, or less.
  private struct Window {
    var start = ContinuousClock.now
    var count = 0
  }

  init() {
    window = Mutex(Window())
    // A notification is a hint to look: the newest are enough.
    (stream, continuation) = AsyncThrowingStream.makeStream(bufferingPolicy: .bufferingNewest(64))
  }

  func connectionIsFree(_ connection: PostgresConnection) {}

  func connectionIsUnfit(_ connection: PostgresConnection) {}

  func connectionIsLost(_ connection: PostgresConnection, _ error: PostgresError) {
    continuation.finish(throwing: error)
  }

  func connection(
    _ connection: PostgresConnection, received notifications: [PostgresListener.Notification]
  ) {
    if isFlooded(by: notifications.count) {
      return continuation.finish(throwing: PostgresError(code: .flooded))
    }
    for notification in notifications { continuation.yield(notification) }
  }

  private func isFlooded(by count: Int) -> Bool {
    let now = ContinuousClock.now
    return window.withLock { window in
      if now - window.start > .seconds(10) { window = Window(start: now) }
      window.count += count
      return window.count > PostgresListener.maximumInTenSeconds
    }
  }
}
