import HTTPSupport
import Hummingbird

extension QueryReader {
  /// What of a list that is read whole is asked for.
  func wholeListPage(of list: String) -> WholeListPage {
    let limit = has("limit") ? limit() : nil
    return WholeListPage(
      list: list, filters: filters, limit: limit, cursor: cursor(of: list, keys: 2))
  }
}

/// A page of a list that is bounded by nature, so that it is read whole. Without a limit it is
/// answered whole.
struct WholeListPage {
  let list: String
  let filters: [String: String]
  let limit: Int?
  let cursor: PageCursor?

  func response<Element>(
    _ all: [Element], id: (Element) -> Int64, _ write: (inout JSONWriter, Element) -> Void
  ) -> Response {
    let start = cursor.map { place(after: $0, in: all, id) } ?? 0
    let end = min(all.count, start + (limit ?? all.count))
    let next = end > start && end < all.count ? all[end - 1] : nil
    return .list(
      Array(all[start..<end]),
      next: next.map { PageCursor([String(id($0)), String(end)]).encoded(for: list, filters) },
      write)
  }

  /// After the last element that was seen; where it was, if it is gone.
  private func place<Element>(
    after cursor: PageCursor, in all: [Element], _ id: (Element) -> Int64
  ) -> Int {
    if let last = all.firstIndex(where: { String(id($0)) == cursor.key[0] }) { return last + 1 }
    return min(all.count, max(0, (Int(cursor.key[1]) ?? 0) - 1))
  }
}
