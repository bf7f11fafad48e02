extension HTTP1Handler {
  /// Why the request being served is to be given up.
  enum Interruption {
    /// The client has gone away, or stopped in the middle of a request.
    case gone
    /// The time for the request is over.
    case overdue
    /// The rest of its body does not come.
    case stalled
    /// The connection's task is done.
    case finished
  }
}
