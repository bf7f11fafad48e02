import Foundation

/// Where `terrace dev` listens.
struct DevelopmentPorts {
  private let environment: [String: String]

  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.environment = environment
  }

  /// The configuration with the ports of `PORT`, `ADMIN_PORT` and `OPS_PORT`. Without the last, the
  /// ops listener takes a free port if its own is taken, so that two can run side by side.
  ///
  /// - Throws: ``ConfigurationError`` for a malformed port; ``CommandFailure`` for one that is taken.
  func apply(to server: ServerConfiguration) throws -> ServerConfiguration {
    var server = server
    try set(&server.publicListener, "PORT")
    try set(&server.adminListener, "ADMIN_PORT")
    if environment["OPS_PORT"] == nil, !Self.isFree(server.opsListener) {
      server.opsListener.port = 0
    } else {
      try set(&server.opsListener, "OPS_PORT")
    }
    return server
  }

  private func set(_ listener: inout ServerConfiguration.Listener, _ name: String) throws {
    if let text = environment[name], !text.isEmpty {
      guard let port = Int(text), (1...65535).contains(port) else {
        throw ConfigurationError(name, "must be a port from 1 to 65535, and is '\(text)'")
      }
      listener.port = port
    }
    guard Self.isFree(listener) else {
      throw CommandFailure(
        "port \(listener.port) is taken: end what listens there, or set \(name) to another port")
    }
  }

  /// Whether the port can be bound, as far as that can be known beforehand: it saves starting
  /// Postgres for nothing.
  private static func isFree(_ listener: ServerConfiguration.Listener) -> Bool {
    guard listener.port != 0, var address = ipv4(listener) else { return true }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    var yes: Int32 = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
          || errno != EADDRINUSE
      }
    }
  }

  private static func ipv4(_ listener: ServerConfiguration.Listener) -> sockaddr_in? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(listener.port).bigEndian
    return inet_pton(AF_INET, listener.host, &address.sin_addr) == 1 ? address : nil
  }
}
