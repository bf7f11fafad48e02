/// Something that one side of a test waits for and the other side says, once for each wait.
struct Signal: Sendable {
  private let pipe = AsyncStream.makeStream(of: Void.self)

  func send() {
    pipe.continuation.yield()
  }

  func wait() async {
    for await _ in pipe.stream { return }
  }
}
