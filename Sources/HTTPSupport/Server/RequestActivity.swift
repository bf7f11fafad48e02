import NIOCore

/// What a wire tells, on its event loop, of the requests that it takes in: to its connection, or as
/// a stream to what counts the connection's streams.
protocol RequestActivity: AnyObject, Sendable {
  /// A request has come, though perhaps not all of it.
  func begin()

  /// Nothing goes on until the client sends more of a request, or reads more of an answer.
  ///
  /// - Parameter time: when it last did so in earnest: see ``HTTP1Handler/progress``.
  func wait(since time: NIODeadline)

  /// It has, or nobody waits for it any more.
  func goOn()

  /// The request is answered.
  func end(at time: NIODeadline)
}
