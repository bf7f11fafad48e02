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
  /// - Throws: ``ConfigurationError`` for a port that is malformed, or given to two listeners;
  ///   ``CommandFailure`` for one that is taken.
  func apply(to server: ServerConfiguration) throws -> ServerConfiguration {
    var server = server
    var others: [(name: String, listener: ServerConfiguration.Listener)] = []
    try set(&server.publicListener, "PORT", besides: others)
    others.append(("PORT", server.publicListener))
    try set(&server.adminListener, "ADMIN_PORT", besides: others)
    others.append(("ADMIN_PORT", server.adminListener))
    let ops = server.opsListener
    if text("OPS_PORT") == nil,
      !Self.isFree(ops) || others.contains(where: { $0.listener.excludes(ops) })
    {
      server.opsListener.port = 0
    } else {
      try set(&server.opsListener, "OPS_PORT", besides: others)
    }
    return server
  }

  /// The variable's value; an empty one counts as none.
  func text(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private func set(
    _ listener: inout ServerConfiguration.Listener, _ name: String,
    besides others: [(name: String, listener: ServerConfiguration.Listener)]
  ) throws {
    if let text = text(name) {
      guard let port = Int(text), (1...65535).contains(port) else {
        throw ConfigurationError(name, "must be a port from 1 to 65535, and is '\(text)'")
      }
      listener.port = port
    }
    for other in others where other.listener.excludes(listener) {
      throw ConfigurationError(
        other.name, "and \(name) must differ, and are both \(listener.port)")
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

extension ServerConfiguration.Listener {
  /// Whether only one of both can listen, as far as their addresses tell. Port 0 is another for each.
  fileprivate func excludes(_ other: Self) -> Bool {
    let everywhere = ["0.0.0.0", "::"]
    return port != 0 && port == other.port
      && (host == other.host || everywhere.contains(host) || everywhere.contains(other.host))
  }
}
