import HTTPSupport

/// An OpenAPI document as people read it: what the templates of the reference show. They read the
/// properties by name.
struct APIReference: Sendable {
  struct Section: Sendable {
    /// The tag, which is the last segment of the page's path.
    let name: String
    let title: String
    let description: [ReferenceText]
    let operations: [Operation]
  }

  struct Operation: Sendable {
    let section: String
    let id: String
    let method: String
    /// The path's segments, between which a line may break.
    let segments: [String]
    let summary: String
    let description: [ReferenceText]
    let isOpenToAll: Bool
    let parameterGroups: [ParameterGroup]
    let bodies: [Content]
    let answers: [Answer]
    /// Those that are told of once for all operations.
    let sharedErrors: [SharedError]
  }

  struct ParameterGroup: Sendable {
    let title: String
    let fields: [ReferenceField]
  }

  /// A body, in each of its media types.
  struct Content: Sendable {
    var mediaTypes: [String]
    let type: String
    let isRequired: Bool
    let description: [ReferenceText]
    let fields: [ReferenceField]
    let examples: [Example]
  }

  struct Example: Sendable {
    let name: String
    let text: String
  }

  struct Answer: Sendable {
    let status: String
    let description: [ReferenceText]
    let headers: [String]
    let contents: [Content]
  }

  struct SharedError: Sendable {
    let status: String
    let id: String
  }

  /// What is told of an error for all operations.
  struct CommonError: Sendable {
    let id: String
    var statuses: [String]
    let description: [ReferenceText]
    let examples: [Example]
  }

  let name: String
  let summary: String
  let description: [ReferenceText]
  private(set) var sections: [Section] = []
  let values: [ReferenceField]
  private(set) var errors: [CommonError] = []

  init(_ document: OrderedJSON) {
    let info = document["info"]
    name = info?["title"]?.string ?? ""
    summary = info?["summary"]?.string ?? ""
    description = ReferenceText.paragraphs(info?["description"]?.string)
    let reader = Reader(document: document, schemas: ReferenceSchemas(document))
    values = reader.schemas.values
    let operations = reader.operations()
    sections = (document["tags"]?.elements ?? []).compactMap { tag in
      guard let name = tag["name"]?.string else { return nil }
      return Section(
        name: name, title: name.prefix(1).uppercased() + name.dropFirst().replacing("-", with: " "),
        description: ReferenceText.paragraphs(tag["description"]?.string),
        operations: operations.filter { $0.section == name })
    }
    errors = reader.errors(of: operations)
  }
}

/// Reads the operations of a document.
private struct Reader {
  let document: OrderedJSON
  let schemas: ReferenceSchemas

  /// Takes a reference's last name as well.
  private func resolve(_ value: OrderedJSON?) -> OrderedJSON? {
    guard let reference = value?["$ref"]?.string else { return value }
    return reference.split(separator: "/").dropFirst()
      .reduce(Optional(document)) { $0?[String($1)] }
  }

  func operations() -> [APIReference.Operation] {
    (document["paths"]?.members ?? []).flatMap { path, item in
      let shared = item["parameters"]?.elements ?? []
      return item.members.filter { $0.value["operationId"] != nil }.map { method, operation in
        self.operation(method, path, operation, shared)
      }
    }
  }

  private func operation(
    _ method: String, _ path: String, _ operation: OrderedJSON, _ shared: [OrderedJSON]
  ) -> APIReference.Operation {
    let responses = operation["responses"]?.members ?? []
    let body = resolve(operation["requestBody"])
    return APIReference.Operation(
      section: operation["tags"]?.elements.first?.string ?? "",
      id: operation["operationId"]?.string ?? "", method: method,
      segments: path.split(separator: "/").map(String.init),
      summary: operation["summary"]?.string ?? "",
      description: ReferenceText.paragraphs(operation["description"]?.string),
      isOpenToAll: (operation["security"]?.elements ?? []).isEmpty,
      parameterGroups: parameterGroups(
        (shared + (operation["parameters"]?.elements ?? [])).compactMap(resolve)),
      bodies: contents(of: body, isOpen: true),
      answers: responses.filter { $0.value["$ref"] == nil }.map(answer),
      sharedErrors: responses.compactMap { status, response in
        response["$ref"]?.string?.split(separator: "/").last.map {
          APIReference.SharedError(status: status, id: String($0))
        }
      }.sorted { $0.status < $1.status })
  }

  private func parameterGroups(_ parameters: [OrderedJSON]) -> [APIReference.ParameterGroup] {
    [("path", "In the path"), ("query", "In the query"), ("header", "Header fields")]
      .compactMap { place, title in
        let fields = parameters.filter { $0["in"]?.string == place }.map { parameter in
          field(of: parameter)
        }
        return fields.isEmpty ? nil : APIReference.ParameterGroup(title: title, fields: fields)
      }
  }

  private func field(of parameter: OrderedJSON) -> ReferenceField {
    let field = schemas.field(
      parameter["name"]?.string ?? "", parameter["schema"] ?? .object([]),
      isRequired: parameter["required"]?.text == "true")
    let description = ReferenceText.paragraphs(parameter["description"]?.string)
    return ReferenceField(
      name: field.name, type: field.type, isRequired: field.isRequired,
      description: description.isEmpty ? field.description : description, limits: field.limits,
      fields: field.fields, isOpen: true)
  }

  private func answer(_ status: String, _ response: OrderedJSON) -> APIReference.Answer {
    APIReference.Answer(
      status: status, description: ReferenceText.paragraphs(response["description"]?.string),
      headers: (response["headers"]?.members ?? []).map(\.key).filter { $0 != "X-Request-ID" },
      contents: contents(of: response, isOpen: false))
  }

  /// Media types of the same schema are one content.
  private func contents(of body: OrderedJSON?, isOpen: Bool) -> [APIReference.Content] {
    var contents: [(schema: String, content: APIReference.Content)] = []
    for (mediaType, media) in body?["content"]?.members ?? [] {
      let schema = media["schema"]?.text ?? ""
      if let index = contents.firstIndex(where: { $0.schema == schema }) {
        contents[index].content.mediaTypes.append(mediaType)
        continue
      }
      let content = APIReference.Content(
        mediaTypes: [mediaType], type: schemas.type(of: media["schema"]),
        isRequired: body?["required"]?.text == "true",
        description: isOpen ? ReferenceText.paragraphs(body?["description"]?.string) : [],
        fields: schemas.fields(of: media["schema"], isOpen: isOpen), examples: examples(of: media))
      contents.append((schema, content))
    }
    return contents.map(\.content)
  }

  private func examples(of media: OrderedJSON) -> [APIReference.Example] {
    let named = (media["examples"]?.members ?? []).compactMap { name, example in
      example["value"].map { APIReference.Example(name: name, text: $0.string ?? $0.text) }
    }
    let single = media["example"].map {
      APIReference.Example(name: "", text: $0.string ?? $0.text)
    }
    return (single.map { [$0] } ?? []) + named
  }

  /// The errors that operations share, in the order of their statuses.
  func errors(of operations: [APIReference.Operation]) -> [APIReference.CommonError] {
    var statuses: [String: Set<String>] = [:]
    for error in operations.flatMap(\.sharedErrors) {
      statuses[error.id, default: []].insert(error.status)
    }
    return (document["components"]?["responses"]?.members ?? []).compactMap { name, response in
      guard let found = statuses[name] else { return nil }
      return APIReference.CommonError(
        id: name, statuses: found.sorted(),
        description: ReferenceText.paragraphs(response["description"]?.string),
        examples: (response["content"]?.members ?? []).flatMap { examples(of: $0.value) })
    }.sorted { $0.statuses[0] < $1.statuses[0] }
  }
}
