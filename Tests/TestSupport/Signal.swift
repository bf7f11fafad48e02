import Synchronization

/// Something that one side of a test waits for and the other side says, once for each wait.
package struct Signal: Sendable {
  private let pipe = AsyncStream.makeStream(of: Void.self)

  package init() {}

  package func send() {
    pipe.continuation.yield()
  }

  package func wait() async {
    for await _ in pipe.stream { return }
  }
}

/// Something that has happened, or not yet.
package final class Flag: Sendable {
  private let state = Mutex(false)

  package init() {}

  package var isSet: Bool { state.withLock { $0 } }

  package func set() {
    state.withLock { $0 = true }
  }
}

/// Takes a text out of a closure.
package final class Mailbox: Sendable {
  private let text = Mutex("")

  package init() {}

  package func put(_ text: String) {
    self.text.withLock { $0 = text }
  }

  package func take() -> String { text.withLock { $0 } }
}
