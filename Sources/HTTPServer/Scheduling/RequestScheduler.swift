import DequeModule
import NIOCore
import NIOPosix

/// Whose a request is, where those who send requests take turns. What it stands for is the
/// service's business.
public struct SchedulingKey: Hashable, Sendable {
  private let bits: UInt128

  public init(_ bits: UInt128) {
    self.bits = bits
  }
}

/// Has those whose requests come in on one event loop take turns, by the requests' keys.
///
/// An event loop serves whoever has sent something, and then looks again who has: a sender with
/// hundreds of connections would have it serve hundreds of requests before it sees another's, be
/// they as cheap as refusing them. So what comes beyond a burst waits; as long as some wait, no more
/// than a few begin between two looks, one of each key before a second of any. Where there has been
/// one key only for long, nobody is to be let pass, and none wait.
///
/// Unchecked since all of it is touched on the event loop only; what others call checks that.
final class RequestScheduler: @unchecked Sendable {
  /// How many requests begin between two looks where none wait.
  static let burst = 32
  /// How many of those that wait do.
  private static let batch = 8
  /// Until those that wait go on. An event loop does not look while it has tasks, nor while the
  /// time of scheduled ones has come.
  private static let pause = TimeAmount.microseconds(60)
  /// After how many requests with one key in a row it is thought to be alone.
  static let memory = 100_000

  private static let ofThread = ThreadSpecificVariable<RequestScheduler>()

  private let eventLoop: any EventLoop
  private var left = burst
  private var last: SchedulingKey?
  /// How many requests in a row have been of `last`.
  private var row = 0
  private var waiting = FairQueue<SchedulingKey?, UnsafeContinuation<Void, Never>>()

  init(eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  /// The event loop's own. To be called on it.
  static func of(_ eventLoop: any EventLoop) -> RequestScheduler {
    eventLoop.preconditionInEventLoop()
    if let scheduler = ofThread.currentValue, scheduler.eventLoop === eventLoop {
      return scheduler
    }
    let scheduler = RequestScheduler(eventLoop: eventLoop)
    ofThread.currentValue = scheduler
    return scheduler
  }

  /// Something was read: the event loop has looked.
  func hasRead() {
    eventLoop.preconditionInEventLoop()
    left = Self.burst
  }

  /// Waits until a request may begin.
  ///
  /// A request that is given up waits for its turn as well: it is never far.
  ///
  /// - Parameter key: whose request it is; those of nobody take turns as one.
  func admit(_ key: SchedulingKey?) async {
    eventLoop.preconditionInEventLoop()
    row = key == last ? row + 1 : 0
    last = key
    if waiting.count == 0, left > 0 || row >= Self.memory {
      left -= 1
      return
    }
    await withUnsafeContinuation { request in
      waiting.append(request, for: key)
      if waiting.count == 1 { goOnSoon() }
    }
  }

  private func goOnSoon() {
    // Behind the tasks that are there, so that its time is not over before they are done.
    eventLoop.execute { [self] in
      eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { [self] in goOn() }
    }
  }

  private func goOn() {
    for _ in 0..<Self.batch { waiting.popFirst()?.resume() }
    if waiting.count > 0 { goOnSoon() }
  }
}

/// A queue whose keys take turns: each takes one element out, then the next key's turn comes.
struct FairQueue<Key: Hashable & Sendable, Element> {
  private var lanes: [Key: Deque<Element>] = [:]
  /// The keys that have elements; the first one's turn is next.
  private var turns: Deque<Key> = []

  private(set) var count = 0

  init() {}

  mutating func append(_ element: Element, for key: Key) {
    if lanes[key] == nil { turns.append(key) }
    lanes[key, default: []].append(element)
    count += 1
  }

  mutating func popFirst() -> Element? {
    guard let key = turns.popFirst() else { return nil }
    let element = lanes[key]?.popFirst()
    count -= 1
    if lanes[key]?.isEmpty ?? true { lanes[key] = nil } else { turns.append(key) }
    return element
  }
}
