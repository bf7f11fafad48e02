import Crypto
import HTTPSupport

/// A body that shows one resource as it is now.
protocol Representation: Encodable, Sendable {
  /// The body without what only this answer says.
  var plain: Self { get }
}

extension Representation {
  var plain: Self { self }

  /// A digest of the body, and so a strong tag: it changes if and only if the body does, whatever
  /// that depends on, and is the same in every process. A tenant's revision would not do: it also
  /// changes with what the body does not show, and stays when base domains or releases differ.
  var entityTag: EntityTag {
    get throws {
      let digest = SHA256.hash(data: try JSON.encoder.encode(plain))
      return EntityTag(Array(digest.prefix(16)).base64URL)
    }
  }
}
