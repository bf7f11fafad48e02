import HTTPServer
import HTTPSupport
import HTTPTypes
import Hummingbird

/// How many more servers may pass an OPTIONS or a TRACE on: RFC 9110, section 7.6.2.
struct MaxForwards {
  private let method: HTTPRequest.Method
  private let count: Int

  /// Nil where the field is not there, is no number, or says nothing of the request's method.
  init?(_ request: Request) {
    guard request.method == .options || request.method == .trace,
      let text = request.headers[.maxForwards], !text.isEmpty,
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    method = request.method
    // More than can be counted is as good as the most that can.
    count = Int(text) ?? .max
  }

  /// The answer to a request that may not be passed on; nil if it may.
  ///
  /// - Throws: ``Problem`` 405 for a TRACE, which could tell its sender what a proxy on the way has
  ///   added to it.
  func answer() throws(Problem) -> Response? {
    guard count == 0 else { return nil }
    let allow = HTTPRequest.Method.registered.filter { $0 != .trace && $0 != .connect }
      .map(\.rawValue).sorted().joined(separator: ", ")
    guard method == .options else { throw .status(.methodNotAllowed, headers: [.allow: allow]) }
    return Response(status: .noContent, headers: [.allow: allow])
  }

  /// The value that the next server gets, if there is one.
  var passedOn: String { String(count - 1) }
}
