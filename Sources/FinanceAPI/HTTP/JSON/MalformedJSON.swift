/// The bytes are not a JSON text (RFC 8259).
struct MalformedJSON: Error {}
