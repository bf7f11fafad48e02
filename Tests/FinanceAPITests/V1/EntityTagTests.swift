import Foundation
import Testing

@testable import FinanceAPI

/// That the answers have what the document promises is for `Tests/http` to tell.
struct EntityTagTests {
  private typealias Object = [String: Any]

  /// Whoever reads a thing's state in one answer can change it from there by `If-Match`, whichever
  /// operation showed it.
  @Test func whatIsAThingInOneAnswerHasAnETagInAll() throws {
    let text = Data(String(buffer: FinanceDocument.document.body).utf8)
    let document = try #require(JSONSerialization.jsonObject(with: text) as? Object)
    var schemas: [String: Set<Bool>] = [:]
    for (path, item) in try #require(document["paths"] as? [String: Object])
    where path.hasPrefix("/v1/") {
      for case (let method, let operation as Object) in item {
        for case (let status, let response as Object) in operation["responses"] as? Object ?? [:]
        where status.hasPrefix("2") {
          let content = response["content"] as? [String: Object]
          let schema = content?["application/json"]?["schema"] as? Object
          guard let name = schema?["$ref"] as? String else { continue }
          let hasTag = (response["headers"] as? Object)?["ETag"] != nil
          schemas[name, default: []].insert(hasTag)
          #expect(schemas[name]?.count == 1, "\(method) \(path): \(name)")
        }
      }
    }
    #expect(schemas.values.filter { $0.contains(true) }.count > 15)
  }
}
