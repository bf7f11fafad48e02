import NIOCore

/// An OpenAPI document that is put together from fragments.
///
/// A fragment is a JSON object with what one feature adds to the document: its paths, its tags, its
/// components. Objects are merged, member by member, and arrays are joined, all in the order of the
/// fragments. Nothing is said twice: what two fragments share is in one of them, or in ``shared``.
///
/// What many operations share is a default. `x-defaults` has objects of three members: the beginning of
/// `paths`, the `methods`, and the `operation`, whose members each operation gets that has none of
/// that name; so do those of its `responses`.
package struct OpenAPIDocument: Sendable {
  /// The fragments cannot be put together.
  package enum InvalidFragment: Error, Equatable {
    /// It is not one JSON text; where it stops being one, in bytes.
    case malformed(offset: Int)
    /// Two fragments have a value at this place, and it is no object or array in both.
    case saidTwice(String)
  }

  /// The components that every API has.
  package static var shared: [UInt8] { PackageResources.shared_openapi_json }

  package let content: OrderedJSON

  /// The document as JSON.
  package let body: ByteBuffer

  /// - Parameter fragments: the API's own first.
  package init(_ fragments: [[UInt8]]) throws(InvalidFragment) {
    var document = OrderedJSON.object([])
    for fragment in fragments {
      var scanner = OrderedJSON.Scanner(bytes: fragment)
      try document.merge(scanner.readText(), at: "#")
    }
    document.applyDefaults()
    content = document
    body = ByteBuffer(string: document.text + "\n")
  }
}
