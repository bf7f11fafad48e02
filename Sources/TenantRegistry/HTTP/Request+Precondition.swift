import HTTPSupport
import Hummingbird

extension Request {
  /// What must be so of the resource that the request changes; nil if it does not say.
  ///
  /// - Parameter body: how the resource is shown, with the tag that clients know.
  /// - Throws: ``Problem`` 400. What is returned throws 412.
  func precondition<Resource>(
    _ body: @escaping @Sendable (Resource) -> some Representation
  ) throws -> Precondition<Resource>? {
    let preconditions = try Preconditions(headers)
    guard !preconditions.isEmpty else { return nil }
    return { try preconditions.check(try body($0).entityTag) }
  }
}
