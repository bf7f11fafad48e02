/// The bytes are not a JSON text (RFC 8259).
package struct MalformedJSON: Error {
  package init() {}
}
