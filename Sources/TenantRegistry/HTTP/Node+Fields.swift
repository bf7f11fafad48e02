import HTTPSupport

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
