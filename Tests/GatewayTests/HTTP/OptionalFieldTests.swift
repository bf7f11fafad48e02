import Foundation
import NIOHTTP1
import Testing

/// `null` is as if the field were not there: where it may be left out it is taken, and where it must
/// be there it is refused by name. Of every body that the OpenAPI documents describe, but for those of
/// `/v1`, whose patches tell the two apart.
@Suite(.preparedDatabase) struct OptionalFieldTests {
  private typealias Object = [String: Any]

  @Test(arguments: APIDocument.allCases)
  func nullIsTheAbsenceOfAField(document: APIDocument) async throws {
    try await #require(PreparedDatabase.fixture).serve { server in
      try await server.addTenant("globex")
      let token = try await server.logIn("globex.localhost", user: "null-\(document)")
      for operation in try Self.operations(document) {
        for (field, isRequired) in operation.fields {
          var body = operation.example
          body[field] = NSNull()
          let json = String(
            decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
          let isAdmin = operation.path.hasPrefix("/admin")
          let answer =
            isAdmin
            ? try await server.admin(operation.method, operation.path, json: json)
            : try await server.call(
              "globex.localhost", operation.path, operation.method, token: token, json: json)
          let description = "\(operation.method) \(operation.path) \(json): \(answer.body)"
          if isRequired {
            #expect(answer.status == 400, "\(description)")
            #expect(answer.body.lowercased().contains(field), "\(description)")
          } else {
            // An admin's example may ask for what is not there, such as a node.
            #expect(answer.problem != "invalid-request", "\(description)")
            #expect(answer.status == 200 || isAdmin && answer.status < 500, "\(description)")
          }
        }
      }
    }
  }

  private struct Operation {
    let method: HTTPMethod
    let path: String
    let example: Object
    /// Each with whether it is required.
    let fields: [(String, Bool)]
  }

  private static func operations(_ document: APIDocument) throws -> [Operation] {
    let document = try document.parsed()
    var operations: [Operation] = []
    for (path, item) in try #require(document["paths"] as? [String: Object])
    where !path.hasPrefix("/v1/") {
      for (method, operation) in item {
        guard let operation = operation as? Object, let body = operation["requestBody"] as? Object
        else { continue }
        let content = try #require(resolve(body, in: document)["content"] as? [String: Object])
        let media = try #require(content["application/json"])
        let schema = resolve(try #require(media["schema"] as? Object), in: document)
        let examples = media["examples"] as? [String: Object] ?? [:]
        let example = media["example"] ?? examples.values.first?["value"]
        let required = schema["required"] as? [String] ?? []
        operations.append(
          Operation(
            method: HTTPMethod(rawValue: method.uppercased()),
            path: path.replacing("{slug}", with: "globex").replacing("{name}", with: "second"),
            example: try #require(example as? Object),
            fields: try #require(schema["properties"] as? Object).keys.map {
              ($0, required.contains($0))
            }))
      }
    }
    try #require(!operations.isEmpty)
    return operations
  }

  private static func resolve(_ value: Object, in document: Object) -> Object {
    guard let reference = value["$ref"] as? String else { return value }
    return APIDocument.resolve(reference, in: document) as? Object ?? [:]
  }
}
