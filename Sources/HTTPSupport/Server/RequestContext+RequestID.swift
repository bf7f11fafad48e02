import Hummingbird

extension RequestContext {
  /// Hummingbird's `id`, where a logger that keeps no metadata does not end the process.
  var requestID: String { logger[metadataKey: "hb.request.id"]?.description ?? "unknown" }
}
