import HTTPSupport

extension Node.Address {
  /// What is wrong with the fields that name an address. What else it is, the connection will tell.
  static func errors(host: String, port: Int?) -> [Problem.FieldError] {
    var errors: [Problem.FieldError] = []
    if host.isEmpty || host.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: ",") }) {
      errors.append(
        .init(field: "host", message: "must be a host name, an address or a socket's folder"))
    }
    if let port, !(1...65535).contains(port) {
      errors.append(.init(field: "port", message: "must be a number from 1 to 65535"))
    }
    return errors
  }
}
