import HTTPSupport

/// What a schema says of a value, for people. Templates read the properties by name.
struct ReferenceField: Sendable {
  let name: String
  /// Such as `list of texts` or `date or null`.
  let type: String
  let isRequired: Bool
  let description: [ReferenceText]
  let limits: [ReferenceText]
  /// Of an object, or of a list of objects.
  let fields: [ReferenceField]
  /// Whether its own fields are shown at once.
  let isOpen: Bool
}

/// Reads the schemas of one OpenAPI document.
struct ReferenceSchemas {
  private let schemas: OrderedJSON?
  /// The names that patterns and formats of texts have in the document.
  private let names: [String: String]

  init(_ document: OrderedJSON) {
    schemas = document["components"]?["schemas"]
    var names = ["date": "date", "date-time": "instant"]
    for (name, schema) in schemas?.members ?? [] {
      if let pattern = schema["pattern"]?.string { names[pattern] = name.lowercased() }
    }
    self.names = names
  }

  /// The texts and numbers that have a name of their own.
  var values: [ReferenceField] {
    (schemas?.members ?? []).filter { $0.value["pattern"] != nil || $0.value["format"] != nil }
      .map { name, schema in
        let pattern = schema["pattern"]?.string.map { ["matches `\($0)`"] } ?? []
        let examples = (schema["examples"]?.elements ?? []).compactMap(\.string)
          .map { "such as `\($0)`" }
        return ReferenceField(
          name: name.lowercased(), type: schema["type"]?.string ?? "text", isRequired: false,
          description: ReferenceText.paragraphs(schema["description"]?.string),
          limits: (pattern + examples).map { ReferenceText($0) }, fields: [], isOpen: false)
      }
  }

  /// - Parameter isOpen: whether fields inside of fields are shown at once.
  func fields(of schema: OrderedJSON?, isOpen: Bool) -> [ReferenceField] {
    schema.map { fields(of: $0, isOpen: isOpen, inside: []) } ?? []
  }

  func field(_ name: String, _ schema: OrderedJSON, isRequired: Bool) -> ReferenceField {
    field(name, schema, isRequired: isRequired, isOpen: true, inside: [])
  }

  func type(of schema: OrderedJSON?) -> String {
    schema.map { type(of: $0, inside: []) } ?? ""
  }

  // MARK: References

  /// What a schema is, where it may only name another one, and the names that led there.
  private func resolve(
    _ schema: OrderedJSON, _ names: Set<String>
  ) -> (schema: OrderedJSON, names: Set<String>) {
    guard let name = schema["$ref"]?.string?.split(separator: "/").last.map(String.init),
      let target = schemas?[name]
    else { return (schema, names) }
    return resolve(target, names.union([name]))
  }

  /// Whether the schema is one that it is inside of.
  private func recurs(_ schema: OrderedJSON, _ names: Set<String>) -> Bool {
    schema["$ref"]?.string?.split(separator: "/").last.map { names.contains(String($0)) } ?? false
  }

  // MARK: Fields

  private func field(
    _ name: String, _ schema: OrderedJSON, isRequired: Bool, isOpen: Bool, inside names: Set<String>
  ) -> ReferenceField {
    let resolved = resolve(schema, names).schema
    let description = schema["description"]?.string ?? resolved["description"]?.string
    return ReferenceField(
      name: name, type: type(of: schema, inside: names), isRequired: isRequired,
      description: ReferenceText.paragraphs(description),
      limits: limits(of: resolved).map { ReferenceText($0) },
      fields: fields(of: schema, isOpen: isOpen, inside: names), isOpen: isOpen)
  }

  private func fields(
    of schema: OrderedJSON, isOpen: Bool, inside names: Set<String>
  ) -> [ReferenceField] {
    guard !recurs(schema, names) else { return [] }
    let (schema, names) = resolve(schema, names)
    if let items = schema["items"] { return fields(of: items, isOpen: isOpen, inside: names) }
    let required = Set((schema["required"]?.elements ?? []).compactMap(\.string))
    let own = (schema["properties"]?.members ?? []).map { name, property in
      field(
        name, property, isRequired: required.contains(name), isOpen: isOpen, inside: names)
    }
    return own
      + alternatives(of: schema).flatMap { fields(of: $0, isOpen: isOpen, inside: names) }
  }

  private func alternatives(of schema: OrderedJSON) -> [OrderedJSON] {
    (schema["oneOf"] ?? schema["anyOf"] ?? schema["allOf"])?.elements ?? []
  }

  // MARK: Words

  private func type(of schema: OrderedJSON, inside names: Set<String>) -> String {
    guard !recurs(schema, names) else { return "the same again" }
    let (schema, names) = resolve(schema, names)
    let alternatives = alternatives(of: schema).map { type(of: $0, inside: names) }
    if !alternatives.isEmpty {
      var seen: Set<String> = []
      return alternatives.filter { seen.insert($0).inserted }.joined(separator: " or ")
    }
    if let items = schema["items"] { return "list of \(type(of: items, inside: names))" }
    if schema["enum"] != nil || schema["const"] != nil {
      return (schema["enum"]?.elements ?? []).contains { $0.text == "null" }
        ? "choice or null" : "choice"
    }
    let types = schema["type"]?.string.map { [$0] } ?? schema["type"]?.elements.compactMap(\.string)
    return (types ?? ["anything"]).map { type in
      switch type {
      case "string":
        (schema["pattern"] ?? schema["format"])?.string.flatMap { self.names[$0] } ?? "text"
      case "array": "list"
      default: type
      }
    }.joined(separator: " or ")
  }

  private func limits(of schema: OrderedJSON) -> [String] {
    var limits: [String] = []
    let choices = schema["enum"]?.elements ?? schema["const"].map { [$0] } ?? []
    if !choices.isEmpty {
      limits.append(choices.map { "`\($0.string ?? $0.text)`" }.joined(separator: ", "))
    }
    for (least, most, unit) in [
      ("minLength", "maxLength", " characters"), ("minItems", "maxItems", " elements"),
      ("minimum", "maximum", ""),
    ] {
      switch (schema[least]?.text, schema[most]?.text) {
      case (let least?, let most?) where least == most: limits.append("exactly \(least)\(unit)")
      case (let least?, let most?): limits.append("\(least) to \(most)\(unit)")
      case (let least?, nil): limits.append("at least \(least)\(unit)")
      case (nil, let most?): limits.append("at most \(most)\(unit)")
      case (nil, nil): break
      }
    }
    if let least = schema["exclusiveMinimum"]?.text { limits.append("more than \(least)") }
    if let pattern = schema["pattern"]?.string, names[pattern] == nil {
      limits.append("matches `\(pattern)`")
    }
    if let value = schema["default"] {
      limits.append("`\(value.string ?? value.text)` if left out")
    }
    return limits
  }
}
