import Foundation
import NIOCore
import Testing

@testable import AdminAPI
@testable import FinanceAPI
@testable import TenantRegistry

/// The OpenAPI documents that are served.
enum APIDocument: CaseIterable {
  case tenant, admin

  var text: String {
    switch self {
    case .tenant: String(buffer: FinanceDocument.document.body)
    case .admin: String(buffer: AdminDocument.body)
    }
  }

  func parsed() throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  func paths() throws -> [String: [String: Any]] {
    try #require(parsed()["paths"] as? [String: [String: Any]])
  }

  /// The place in the document that a reference names.
  static func resolve(_ reference: String, in document: [String: Any]) -> Any? {
    reference.split(separator: "/").dropFirst().reduce(document as Any?) {
      ($0 as? [String: Any])?[String($1)]
    }
  }

  /// Every reference in a part of the document.
  static func references(in part: Any) -> Set<String> {
    if let object = part as? [String: Any] {
      let own = (object["$ref"] as? String).map { [$0] } ?? []
      return object.values.reduce(into: Set(own)) { $0.formUnion(references(in: $1)) }
    }
    let array = part as? [Any] ?? []
    return array.reduce(into: []) { $0.formUnion(references(in: $1)) }
  }
}
