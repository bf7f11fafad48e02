import HTTPSupport
import Tenancy

extension Node {
  /// Whether a node may be called so: 1 to 63 of a-z, 0-9 and inner hyphens.
  public static func isName(_ text: String) -> Bool {
    text.wholeMatch(of: /[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?/) != nil
  }
}

extension Node.Address {
  /// What is wrong with the fields that name an address. What else it is, the connection will tell.
  static func errors(host: String, port: Int?) -> [Problem.FieldError] {
    var errors: [Problem.FieldError] = []
    let cannotBeThere = { (character: Unicode.Scalar) in
      character.properties.isWhitespace || character.isLayoutControl || character == ","
    }
    if host.isEmpty || host.unicodeScalars.contains(where: cannotBeThere) {
      errors.append(
        .init(field: "host", message: "must be a host name, an address or a socket's folder"))
    }
    if let port, !(1...65535).contains(port) {
      errors.append(.init(field: "port", message: "must be a number from 1 to 65535"))
    }
    return errors
  }
}
