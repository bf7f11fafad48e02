import Foundation

/// What `Content-Type` says (RFC 9110, section 8.3).
struct ContentType {
  /// The type and the subtype, in lower case.
  let mediaType: String
  /// The values of the parameter `charset`, in lower case.
  private(set) var charsets: [String] = []

  init(parsing field: String) {
    var rest = field.lowercased()[...]
    mediaType = Self.takeText(from: &rest, upTo: ";")
    while rest.popFirst() != nil {
      let name = Self.takeText(from: &rest, upTo: "=", ";")
      guard rest.first == "=" else { continue }
      rest.removeFirst()
      let value = Self.takeValue(from: &rest)
      if name == "charset" { charsets.append(value) }
    }
  }

  /// A token or a quoted string, with what is between it and the next parameter.
  private static func takeValue(from rest: inout Substring) -> String {
    guard rest.first == "\"" else { return takeText(from: &rest, upTo: ";") }
    rest.removeFirst()
    var value = ""
    while let character = rest.popFirst(), character != "\"" {
      guard let next = character == "\\" ? rest.popFirst() : character else { break }
      value.append(next)
    }
    _ = takeText(from: &rest, upTo: ";")
    return value
  }

  private static func takeText(from rest: inout Substring, upTo ends: Character...) -> String {
    let text = rest.prefix { !ends.contains($0) }
    rest = rest[text.endIndex...]
    return text.trimmingCharacters(in: .whitespaces)
  }
}
