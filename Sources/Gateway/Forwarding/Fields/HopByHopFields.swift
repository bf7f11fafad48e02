/// The fields that speak of one connection, and which no gateway passes on: RFC 9110, section
/// 7.6.1, and those that the field `Connection` names.
struct HopByHopFields {
  private var named: [String] = []

  /// - Parameter connection: The values of `Connection`.
  init(connection: [some StringProtocol]) {
    for value in connection {
      for option in value.split(separator: ",") {
        named.append(String(option.filter { $0 != " " && $0 != "\t" }).lowercased())
      }
    }
  }

  /// - Parameter name: In lower case.
  func contains(_ name: String) -> Bool {
    Self.isStandard(name) || named.contains(name)
  }

  /// Whether a field speaks of a connection without being named.
  ///
  /// - Parameter name: In lower case.
  static func isStandard(_ name: String) -> Bool {
    switch name {
    case "connection", "keep-alive", "proxy-connection", "proxy-authenticate",
      "proxy-authorization", "proxy-authentication-info", "te", "transfer-encoding", "upgrade",
      "trailer", "http2-settings":
      true
    default: false
    }
  }
}
