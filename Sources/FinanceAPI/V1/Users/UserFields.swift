import Finance
import Foundation
import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird
import Tenancy

extension FieldType {
  /// A string as the domain checks it.
  static func checked(_ make: @escaping (String) throws(InvalidText) -> Value) -> FieldType {
    FieldType { value throws(Mismatch) in
      guard case .string(let text) = value else { throw Mismatch("must be a string") }
      do {
        return try make(text)
      } catch {
        throw Mismatch("\(error)")
      }
    }
  }
}

extension FieldType where Value == LocaleTag {
  static var locale: FieldType {
    .string("a language tag such as de-CH") { try? LocaleTag($0) }
  }
}

extension FieldType where Value == String {
  /// A secret as it was handed out. Whether it is one, the domain says.
  static var secret: FieldType {
    .string("a string of at most 1000 bytes") { $0.utf8.count <= 1000 ? $0 : nil }
  }
}

extension BodyReader {
  /// A time that is still to come, of at most a number of days.
  func expiry(within days: Int, after now: Date) -> Date? {
    guard let time = optional("expires_at", .instant) else { return nil }
    guard time > now else {
      report("must be later than now", at: "expires_at")
      return nil
    }
    guard time <= now + Double(days) * 86_400 else {
      report("must be within \(days) days", at: "expires_at")
      return nil
    }
    return time
  }
}

extension QueryReader {
  /// What of a list that is sorted by id alone is asked for.
  func idPage(of list: String) -> IDPage {
    let limit = limit()
    let cursor = cursor(of: list, keys: 1)
    return IDPage(list: list, limit: limit, last: cursor.flatMap { Int64($0.key[0]) })
  }
}

/// A page of a list that is sorted by id.
struct IDPage {
  private let list: String
  private let limit: Int
  /// The id that the page before ended with.
  let last: Int64?

  init(list: String, limit: Int, last: Int64?) {
    self.list = list
    self.limit = limit
    self.last = last
  }

  /// How many to fetch: one more than are shown says whether there is a next page.
  var fetched: Int { limit + 1 }

  func response<Element>(
    _ elements: [Element], id: (Element) -> Int64,
    _ write: (inout JSONWriter, Element) -> Void
  ) -> Response {
    let shown = elements.prefix(limit)
    let next = elements.count > limit ? shown.last : nil
    return .list(
      Array(shown),
      next: next.map { PageCursor([String(id($0))]).encoded(for: list, [:]) }, write)
  }
}

extension UserContext {
  /// The id in a part of the route's path.
  ///
  /// - Throws: `NotFound` if it is none: nothing has such an id.
  func id(_ name: String) throws -> Int64 {
    guard let id = Int64(id: try tenant.parameters.require(name)) else { throw NotFound() }
    return id
  }

  /// Changes something of the user's own once for one `Idempotency-Key`. The answer has a secret.
  ///
  /// - Parameter database: the user's, or that of the user as an owner.
  func write(
    _ input: V1Input, in database: UserDatabase,
    _ body: (UserWriter) async throws -> StoredAnswer
  ) async throws -> Response {
    let (answer, isReplay) = try await database.write(once: input.key, body)
    return Response(answer, isReplay: isReplay).forNobodyElse
  }
}

extension Response {
  /// The answer, which has a secret: no cache keeps it.
  var forNobodyElse: Response {
    var response = self
    response.headers[.cacheControl] = "no-store"
    return response
  }
}
