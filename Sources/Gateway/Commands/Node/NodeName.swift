import AdminAPI
import ArgumentParser
import TenantRegistry

/// What a node may be called, as the admin endpoint has it.
struct NodeName: CustomStringConvertible {
  let description: String

  /// - Throws: `ValidationError` with what a name must look like.
  init(_ text: String) throws {
    guard Node.isName(text) else {
      throw ValidationError("must be 1 to 63 of a-z, 0-9 and inner hyphens")
    }
    description = text
  }
}
