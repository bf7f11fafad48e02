/// The body of a request whose JSON fields are all known: any other is refused by name.
///
/// Declare `enum CodingKeys: String, CodingKey, CaseIterable`.
public protocol StrictBody: Decodable {
  associatedtype CodingKeys: CodingKey & CaseIterable
}

/// Decodes a ``StrictBody`` after a look at its keys.
struct Strict<Body: StrictBody>: Decodable {
  let body: Body

  init(from decoder: any Decoder) throws {
    let known = Set(Body.CodingKeys.allCases.map(\.stringValue))
    let unknown = try decoder.container(keyedBy: AnyKey.self).allKeys
      .filter { !known.contains($0.stringValue) }
    guard unknown.isEmpty else {
      throw Problem.invalid(
        unknown.map { Problem.FieldError(field: $0.stringValue, message: "is not a known field") }
          .sorted { $0.field < $1.field })
    }
    body = try Body(from: decoder)
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(intValue: Int) { nil }
    init(stringValue: String) { self.stringValue = stringValue }
  }
}
