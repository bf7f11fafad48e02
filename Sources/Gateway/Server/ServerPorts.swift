/// The ports that a server's listeners were bound to.
struct ServerPorts: Sendable, Equatable {
  /// Nil where the mode has no such listener.
  var `public`: Int?
  /// Nil where the mode has no such listener.
  var admin: Int?
  var ops: Int?
}
