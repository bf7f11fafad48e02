import NIOCore
import NIOPosix
import Tenancy

/// Has the tenants whose requests come in on one event loop take turns.
///
/// An event loop serves whoever has sent something, and then looks again who has: a tenant with
/// hundreds of connections would have it serve hundreds of requests before it sees another's, be
/// they as cheap as refusing them. So what comes beyond a burst waits; as long as some wait, no more
/// than a few begin between two looks, one of each tenant before a second of any. Where there has been one tenant only for
/// long, nobody is to be let pass, and none wait.
///
/// Unchecked since all of it is touched on the event loop only; what others call checks that.
final class RequestTurns: @unchecked Sendable {
  /// How many requests begin between two looks where none wait.
  static let burst = 32
  /// How many of those that wait do.
  private static let batch = 8
  /// Until those that wait go on. An event loop does not look while it has tasks, nor while the
  /// time of scheduled ones has come.
  private static let pause = TimeAmount.microseconds(60)
  /// After how many requests of one tenant in a row it is thought to be alone.
  static let memory = 100_000

  private static let ofThread = ThreadSpecificVariable<RequestTurns>()

  private let eventLoop: any EventLoop
  private var left = burst
  private var last: TenantID?
  /// How many requests in a row have been of `last`.
  private var row = 0
  private var waiting = TurnQueue<TenantID?, UnsafeContinuation<Void, Never>>()

  init(eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  /// The event loop's own. To be called on it.
  static func of(_ eventLoop: any EventLoop) -> RequestTurns {
    eventLoop.preconditionInEventLoop()
    if let turns = ofThread.currentValue, turns.eventLoop === eventLoop { return turns }
    let turns = RequestTurns(eventLoop: eventLoop)
    ofThread.currentValue = turns
    return turns
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
  /// - Parameter tenant: whose request it is; those of no tenant take turns as one.
  func take(_ tenant: TenantID?) async {
    eventLoop.preconditionInEventLoop()
    row = tenant == last ? row + 1 : 0
    last = tenant
    if waiting.count == 0, left > 0 || row >= Self.memory {
      left -= 1
      return
    }
    await withUnsafeContinuation { request in
      waiting.append(request, for: tenant)
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
