import Foundation
import HTTPTypes
import Hummingbird

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

extension Request {
  /// The names of UTF-8, which all JSON is in (RFC 8259, section 8.1), and of a part of it.
  private static let charsets: Set<String> = ["utf-8", "utf8", "us-ascii"]

  /// To be called before the body is read: a client may have it ready, and send it only when asked.
  ///
  /// - Parameter types: the media types that are JSON here.
  /// - Throws: ``Problem`` 415 unless the body is announced as one of the types, in UTF-8 and without
  ///   a content coding.
  public func requireJSON(_ types: Set<String> = ["application/json"]) throws {
    let type = headers[.contentType].map { ContentType(parsing: $0) }
    guard let type, types.contains(type.mediaType) else {
      let names = types.sorted()
      throw Self.unsupported(
        "the body must be \(names.joined(separator: " or "))",
        [.accept: names.joined(separator: ", ")])
    }
    guard type.charsets.allSatisfy(Self.charsets.contains) else {
      throw Self.unsupported("the body must be in UTF-8", [.accept: "application/json"])
    }
    // Whoever is told what codings there are knows that it was the coding, and so nobody else is
    // (RFC 9110, section 12.5.3).
    guard contentCodings.allSatisfy({ $0 == "identity" }) else {
      throw Self.unsupported("the body must have no content coding", [.acceptEncoding: "identity"])
    }
  }

  /// Whether a body comes (RFC 9112, section 6.3); it may turn out to be empty.
  public var announcesBody: Bool {
    headers.contains(.transferEncoding) || headers[.contentLength].map { $0 != "0" } ?? false
  }

  /// In lower case.
  private var contentCodings: [String] {
    (headers[.contentEncoding] ?? "").lowercased().split(separator: ",")
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  private static func unsupported(_ detail: String, _ headers: HTTPFields) -> Problem {
    .status(.unsupportedMediaType, detail: detail, headers: headers)
  }
}
