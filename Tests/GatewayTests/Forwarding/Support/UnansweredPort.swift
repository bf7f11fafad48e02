import Glibc

/// A port whose queue of connections is full, so that the next one waits for ever.
enum UnansweredPort {
  static func run(_ body: (Int) async throws -> Void) async throws {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(server) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(server, $0, size)
        _ = listen(server, 0)
        _ = getsockname(server, $0, &size)
      }
    }
    // A backlog of 0 holds one connection; the others see to it that it is full.
    let fillers = (0..<3).map { _ in
      socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    }
    defer {
      for filler in fillers { close(filler) }
    }
    for filler in fillers {
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = connect(filler, $0, size)
        }
      }
    }
    try await body(Int(UInt16(bigEndian: address.sin_port)))
  }
}
