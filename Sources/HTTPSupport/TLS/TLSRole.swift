/// Which end of TLS somebody is, and what is asked of the other end.
public enum TLSRole: Sendable {
  /// Serves these protocols (ALPN), the preferred one first. With authorities, only to clients
  /// that show a certificate of theirs.
  case server(protocols: [String])
  /// Calls servers that show a certificate of the authorities for the name that is called.
  case client
}
