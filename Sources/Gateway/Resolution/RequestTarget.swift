/// The target of a request line, taken apart: origin-form or absolute-form.
struct RequestTarget: Equatable, Sendable {
  /// The authority of an absolute-form target.
  let authority: Substring?
  /// The path and the query; the path starts with a slash, and is safe to route on.
  let pathAndQuery: Substring

  /// - Throws: `malformedTarget` for other forms, `unsafePath` for a path that two readers could
  ///   take for different ones.
  init(_ text: String) throws(BadRequest) {
    let isOriginForm = text.utf8.first == UInt8(ascii: "/")
    (authority, pathAndQuery) = isOriginForm ? (nil, text[...]) : try Self.splitAbsolute(text)
    let path = pathAndQuery.utf8.prefix { $0 != UInt8(ascii: "?") }
    guard PathSafety.isSafe(path), Self.isVisible(pathAndQuery.utf8[path.endIndex...])
    else { throw .unsafePath }
  }

  private static func splitAbsolute(
    _ text: String
  ) throws(BadRequest) -> (authority: Substring?, pathAndQuery: Substring) {
    let scheme = ["http://", "https://"].first { text.prefix($0.count).lowercased() == $0 }
    guard let scheme else { throw .malformedTarget }
    let rest = text.dropFirst(scheme.count)
    guard let end = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return (rest, "/") }
    let path = rest[end] == "/" ? rest[end...] : "/" + rest[end...]
    return (rest[..<end], path)
  }

  private static func isVisible(_ bytes: Substring.UTF8View) -> Bool {
    bytes.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }
  }
}
