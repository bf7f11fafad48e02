import Foundation
import HTTPSupport

/// An answer of the admin endpoint that says that all went well.
struct AdminAnswer: Sendable {
  /// What was asked, such as `GET http://127.0.0.1:8081/admin/nodes`.
  let request: String
  let status: Int
  let body: Data

  /// The body as it came.
  var text: String { String(decoding: body, as: UTF8.self) }

  /// What the body is as JSON.
  ///
  /// - Throws: ``CommandFailure`` if it is something else. It does not repeat the body, which may
  ///   hold credentials.
  func decoded<Value: Decodable>(as type: Value.Type) throws(CommandFailure) -> Value {
    do {
      return try JSON.decoder.decode(type, from: body)
    } catch {
      throw CommandFailure(
        "the answer to \(request) is not that of an admin endpoint of this version")
    }
  }
}
