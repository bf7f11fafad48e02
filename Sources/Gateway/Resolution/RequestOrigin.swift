/// What a request says of where it goes, as it came over the wire.
struct RequestOrigin: Sendable {
  /// The value of Host; several Host fields are joined by commas, which no authority has.
  var authority: String?
  /// The target of the request line, unchanged.
  var target: String
  /// `X-Forwarded-Host` and `X-Forwarded-Proto`, joined likewise: the right-most value, which the
  /// nearest proxy wrote, is what counts. Only of a trusted peer do they; of others pass nil.
  var forwardedHost: String?
  var forwardedProto: String?
  /// Whether the connection itself is TLS.
  var isSecure = false
}
