import Foundation
import HTTPSupport
import HTTPTypes
import Hummingbird

/// What somebody has filled in and sent: `application/x-www-form-urlencoded`.
struct Form: Sendable {
  private let fields: [(name: String, value: String)]

  init(_ fields: [(name: String, value: String)] = []) {
    self.fields = fields
  }

  /// What cannot be decoded, and the character that no text in the database has, becomes a control
  /// character that no field takes: it is a fault of the field, which is not as if it were empty.
  init(urlEncoded text: some StringProtocol) {
    fields = text.split(separator: "&").compactMap { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decode(parts[0]) else { return nil }
      return (name, parts.count == 2 ? Self.decode(parts[1]) ?? String(Self.undecodable) : "")
    }
  }

  /// The field's value without spaces around it; empty if there is none.
  func text(_ name: String) -> String {
    exact(name).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The field's value as it was typed, such as a password's.
  func exact(_ name: String) -> String {
    fields.first { $0.name == name }?.value ?? ""
  }

  /// The values of all fields of the name.
  func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

  /// The fields whose names begin so, by what follows.
  func all(beginningWith prefix: String) -> [(rest: Substring, value: String)] {
    fields.filter { $0.name.hasPrefix(prefix) }.map { ($0.name.dropFirst(prefix.count), $0.value) }
  }

  func has(_ name: String) -> Bool { fields.contains { $0.name == name } }

  func id(_ name: String) -> Int64? { Int64(id: text(name)) }

  func isOn(_ name: String) -> Bool { !exact(name).isEmpty }

  /// Start of heading, which nobody types.
  private static let undecodable: Unicode.Scalar = "\u{1}"

  private static func decode(_ text: some StringProtocol) -> String? {
    let decoded = String(text).replacing("+", with: " ").removingPercentEncoding
    guard let decoded, decoded.utf8.contains(0) else { return decoded }
    return String(
      String.UnicodeScalarView(decoded.unicodeScalars.map { $0 == "\0" ? undecodable : $0 }))
  }
}

extension Request {
  /// - Throws: `Problem` 415 for a body that is no form, 413 for one of more than `limit` bytes.
  func form(upTo limit: Int) async throws -> Form {
    let type = headers[.contentType]?.prefix { $0 != ";" }.lowercased()
    guard type == "application/x-www-form-urlencoded" else {
      throw Problem.status(.unsupportedMediaType)
    }
    let body = try await readBody(upTo: limit)
    return Form(urlEncoded: String(buffer: body))
  }

  /// The fields of the query.
  var query: Form { Form(urlEncoded: uri.query ?? "") }
}
