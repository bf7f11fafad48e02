import Tenancy
import TenantRegistry

/// The query of `GET /admin/tenants`.
enum TenantPageQuery {
  /// - Throws: ``Problem`` 400 naming every parameter that is wrong or unknown.
  static func parse(_ parameters: some Sequence<(key: Substring, value: Substring)>) throws
    -> TenantPageRequest
  {
    var page = TenantPageRequest()
    try QueryParameters.read(parameters) { set($0, $1, in: &page) }
    return page
  }

  /// What is wrong with the parameter, if anything is.
  private static func set(
    _ name: Substring, _ value: String, in page: inout TenantPageRequest
  ) -> String? {
    switch name {
    case "limit":
      guard let limit = Int(value), (1...200).contains(limit) else {
        return "must be a number from 1 to 200"
      }
      page.limit = limit
    case "cursor":
      guard let slug = slug(fromCursor: value) else { return "is not one that was given out" }
      page.after = slug
    case "state":
      guard let state = TenantRecord.State(rawValue: value) else {
        return "must be one of "
          + TenantRecord.State.allCases.map(\.rawValue).joined(separator: ", ")
      }
      page.state = state
    case "prefix":
      guard isSlugText(value) else { return "can only have a-z, 0-9 and hyphens" }
      page.prefix = value
    default: return "is not a known parameter"
    }
    return nil
  }

  static func cursor(after slug: String) -> String { Array(slug.utf8).base64URL }

  private static func slug(fromCursor cursor: String) -> String? {
    guard let bytes = [UInt8](base64URL: cursor) else { return nil }
    let slug = String(decoding: bytes, as: UTF8.self)
    return !slug.isEmpty && isSlugText(slug) ? slug : nil
  }

  static func isSlugText(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
    }
  }
}
