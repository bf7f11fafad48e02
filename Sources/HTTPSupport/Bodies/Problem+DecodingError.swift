extension Problem {
  /// What is wrong with a JSON body: the field by its path, and what it should be.
  public init(mapping error: DecodingError) {
    switch error {
    case .keyNotFound(let key, let context):
      self = .invalid([.init(field: Self.path(context.codingPath + [key]), message: "is required")])
    case .typeMismatch(let type, let context):
      self = .unless(root: context, message: "must be \(Self.name(of: type))")
    case .valueNotFound(let type, let context):
      self = .unless(root: context, message: "must be \(Self.name(of: type)), not null")
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      self = .invalid([
        .init(field: Self.path(context.codingPath), message: "is not an allowed value")
      ])
    case .dataCorrupted: self = .malformedJSON
    @unknown default: self = .malformedJSON
    }
  }

  /// 400 for a body that is not JSON.
  public static let malformedJSON = Problem(
    .badRequest, type: "malformed-json", title: "The body is not valid JSON")

  private static func unless(root context: DecodingError.Context, message: String) -> Problem {
    guard context.codingPath.isEmpty else {
      return .invalid([.init(field: path(context.codingPath), message: message)])
    }
    return Problem(
      .badRequest, type: "invalid-request", title: "The request is not valid",
      detail: "the body \(message)")
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    case is any FixedWidthInteger.Type: "an integer"
    case is any BinaryFloatingPoint.Type: "a number"
    case is any ExpressibleByArrayLiteral.Type: "an array"
    default: "an object"
    }
  }
}
