import Synchronization

/// Takes a text out of a closure.
final class Mailbox: Sendable {
  private let text = Mutex("")

  func put(_ text: String) {
    self.text.withLock { $0 = text }
  }

  func take() -> String { text.withLock { $0 } }
}
