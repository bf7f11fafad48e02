import Atomics
import NIOCore
import NIOSSL

/// Since when nothing has been under way on a connection: no request, and over HTTP/2 no stream. One
/// that has never sent a request is idle since it came, however far its TLS handshake is.
///
/// One whose requests all wait for their client, to send more or to read more, is idle, too, since it
/// last did so. It has a longer grace: its time is put off by as much.
///
/// What serves the connection tells it, on its event loop; any thread may look.
final class ConnectionActivity: RequestActivity {
  private static let busy: UInt64 = 0
  private static let chosen = UInt64.max

  private let channel: any Channel
  /// How much longer than others it may be silent in the middle of a request.
  private let furtherGrace: TimeAmount
  /// A time since when it is idle, or one of the above.
  private let state = ManagedAtomic(NIODeadline.now().uptimeNanoseconds)

  init(channel: any Channel, configuration: ListenerConfiguration) {
    self.channel = channel
    furtherGrace = TimeAmount(configuration.bodyGrace - configuration.idleGrace)
  }

  /// A request has come.
  func begin() {
    state.store(Self.busy, ordering: .relaxed)
  }

  func wait(since time: NIODeadline) {
    state.store((time + furtherGrace).uptimeNanoseconds, ordering: .relaxed)
  }

  func goOn() {
    begin()
  }

  /// It was the last one under way.
  func end(at time: NIODeadline) {
    state.store(time.uptimeNanoseconds, ordering: .relaxed)
  }

  /// Since when it is idle; nil if it is not, or is to be closed already.
  var idleSince: UInt64? {
    let since = state.load(ordering: .relaxed)
    return since == Self.busy || since == Self.chosen ? nil : since
  }

  /// Closes the connection at once, unless a request, or more of one, comes before that.
  ///
  /// - Parameter since: What ``idleSince`` was when it was chosen.
  func close(ifIdleSince since: UInt64) {
    let isChosen = state.compareExchange(
      expected: since, desired: Self.chosen, ordering: .relaxed
    ).exchanged
    guard isChosen else { return }
    channel.eventLoop.execute { [self] in
      if state.load(ordering: .relaxed) == Self.chosen { cut() }
    }
  }

  /// Closes the socket below TLS, which would wait for the client's farewell.
  private func cut() {
    let pipeline = channel.pipeline.syncOperations
    if let tls = try? pipeline.context(handlerType: NIOSSLServerHandler.self) {
      tls.close(promise: nil)
    } else {
      channel.close(promise: nil)
    }
  }
}

/// What a wire tells, on its event loop, of the requests that it takes in: to its connection, or as
/// a stream to what counts the connection's streams.
protocol RequestActivity: AnyObject, Sendable {
  /// A request has come, though perhaps not all of it.
  func begin()

  /// Nothing goes on until the client sends more of a request, or reads more of an answer.
  ///
  /// - Parameter time: when it last did so in earnest: see ``HTTP1Handler/progress``.
  func wait(since time: NIODeadline)

  /// It has, or nobody waits for it any more.
  func goOn()

  /// The request is answered.
  func end(at time: NIODeadline)
}
