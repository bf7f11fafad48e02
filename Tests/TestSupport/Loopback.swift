import Foundation
import Synchronization

/// The addresses that only this machine reaches.
package enum Loopback {
  /// Below those that the kernel gives to outgoing connections (ip(7), ip_local_port_range): one of
  /// these would take the port before the test does.
  private static let ports = 20_000..<32_000
  private static let next = Mutex(Int.random(in: ports))

  /// A port that nobody listens on just now, and that no other test of this process gets.
  package static func freePort() throws -> Int {
    for _ in ports {
      let port = next.withLock { next in
        next = next + 1 < ports.upperBound ? next + 1 : ports.lowerBound
        return next
      }
      if isFree(port) { return port }
    }
    throw POSIXError(.EADDRNOTAVAIL)
  }

  private static func isFree(_ port: Int) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    address.sin_port = in_port_t(port).bigEndian
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
