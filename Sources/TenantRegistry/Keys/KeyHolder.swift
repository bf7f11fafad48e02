/// Who can open a sealed copy of a signing key.
enum KeyHolder: Sendable, Hashable {
  /// Every process that holds the shared master key.
  case shared
  /// The tenant's own deployment, with the credentials of that number.
  case credential(Int)

  /// - Parameter credential: as the registry has it: NULL is the shared deployment.
  init(credential: Int?) {
    self = credential.map(KeyHolder.credential) ?? .shared
  }

  /// As the registry has it.
  var credential: Int? {
    switch self {
    case .shared: nil
    case .credential(let number): number
    }
  }
}
