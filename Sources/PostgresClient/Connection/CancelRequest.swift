import CLibPQ

/// A request to cancel what a connection runs, sent over a connection of its own.
///
/// libpq before 17 sends it in clear text, even if the connection itself uses TLS.
struct CancelRequest: @unchecked Sendable {
  // Unchecked since OpaquePointer is not Sendable; a PGcancel is read-only and safe to use from
  // another thread (libpq, PQcancel).
  private let pointer: OpaquePointer

  init?(_ connection: OpaquePointer) {
    guard let pointer = PQgetCancel(connection) else { return nil }
    self.pointer = pointer
  }

  /// Sends the request, and blocks until the server has served it. Call it once.
  func send() {
    var message = [CChar](repeating: 0, count: 256)
    PQcancel(pointer, &message, Int32(message.count))
    PQfreeCancel(pointer)
  }
}
