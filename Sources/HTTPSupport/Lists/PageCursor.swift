import Crypto
import Foundation

/// Where the next page of a list begins, in a form that clients take as it is.
///
/// It holds the sort key of the last row that was seen, so that rows which come and go meanwhile
/// neither shift nor repeat others. It is bound to the list and its filters: with others it is refused.
package struct PageCursor: Sendable, Hashable {
  /// The sort key of the last row of the page before.
  package let key: [String]

  package init(_ key: [String]) {
    self.key = key
  }

  /// - Parameters:
  ///   - list: names the list, such as the path.
  ///   - filters: by which it is restricted and sorted.
  package func encoded(for list: String, _ filters: [String: String]) -> String {
    let key = Data(self.key.joined(separator: "\u{1F}").utf8)
    return (Self.binding(of: key, to: list, filters) + key).base64URL
  }

  /// Nil if the text is no cursor of this list with these filters.
  package init?(_ text: String, for list: String, _ filters: [String: String]) {
    guard let data = Data(base64URL: text), data.count > 8 else { return nil }
    let key = data.dropFirst(8)
    guard data.prefix(8) == Self.binding(of: Data(key), to: list, filters),
      let parts = String(validating: key, as: UTF8.self)
    else { return nil }
    self.key = parts.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
  }

  /// It keeps mistakes out, not forgers: whoever makes a cursor up sees no more than the list has.
  private static func binding(of key: Data, to list: String, _ filters: [String: String]) -> Data {
    var hash = SHA256()
    hash.update(data: Data(list.utf8))
    for (name, value) in filters.sorted(by: { $0.key < $1.key }) {
      hash.update(data: Data("\u{1E}\(name)\u{1F}\(value)".utf8))
    }
    hash.update(data: Data("\u{1D}".utf8))
    hash.update(data: key)
    return Data(hash.finalize().prefix(8))
  }
}

extension QueryReader {
  /// The cursor in `cursor`, if there is one.
  ///
  /// - Parameter keys: how many parts the list's sort key has.
  package func cursor(of list: String, keys: Int) -> PageCursor? {
    let filters = filters
    return optional(
      "cursor",
      .string("the next_cursor of this list, with the same filters") { text in
        PageCursor(text, for: list, filters).flatMap { $0.key.count == keys ? $0 : nil }
      })
  }
}

extension Data {
  /// RFC 4648, section 5, without padding.
  package var base64URL: String {
    base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
      "=", with: "")
  }

  package init?(base64URL text: String) {
    guard !text.contains(where: { $0 == "+" || $0 == "/" || $0 == "=" }) else { return nil }
    let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
    self.init(
      base64Encoded: base64 + String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4))
  }
}
