import Foundation
import Hummingbird

extension RequestContext {
  /// The value of a parameter in the route's path, percent-decoded: clients may encode any of its
  /// characters (RFC 3986, section 6.2.2.2).
  ///
  /// - Parameter name: as in the route, without the colon.
  /// - Throws: ``Problem`` 400 naming the parameter if the value is not percent-encoded UTF-8, or has
  ///   a NUL, which no text in Postgres can have.
  public func pathParameter(_ name: String) throws -> String {
    guard let value = try parameters.require(name).removingPercentEncoding,
      !value.utf8.contains(0)
    else {
      throw Problem.invalid([
        .init(field: name, message: "must be percent-encoded UTF-8 without NUL")
      ])
    }
    return value
  }
}
