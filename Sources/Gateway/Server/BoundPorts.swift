import Synchronization

/// Gathers the ports of the listeners as they are bound.
final class BoundPorts: Sendable {
  private let ports = Mutex(ServerPorts())
  private let count: Int
  private let bound = AsyncStream.makeStream(of: Void.self)

  /// - Parameter count: How many listeners there are.
  init(count: Int) {
    self.count = count
  }

  /// A listener is bound; `note` writes down its port.
  func add(_ note: (inout ServerPorts) -> Void) {
    ports.withLock { note(&$0) }
    bound.continuation.yield()
  }

  /// All the ports, once they are bound; nil if the task is cancelled before.
  func all() async -> ServerPorts? {
    var iterator = bound.stream.makeAsyncIterator()
    for _ in 0..<count {
      guard await iterator.next() != nil else { return nil }
    }
    return ports.withLock { $0 }
  }
}
