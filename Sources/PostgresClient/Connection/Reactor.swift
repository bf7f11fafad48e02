import CLibPQ
import Foundation
import Synchronization

/// A thread that waits for all connections' sockets and tells each that has something new to read:
/// epoll's edge-triggered mode, so a connection reads all there is.
///
/// Sending needs no thread of its own: who has work writes it to the socket itself.
final class Reactor: Sendable {
  private static let stopToken: UInt64 = 0
  private static let readable = EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
  private static let hungUp = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue

  private let epoll: Int32
  private let stopEvent: Int32
  private let connections = Mutex<[UInt64: PostgresConnection]>([:])

  init() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    stopEvent = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    precondition(epoll >= 0 && stopEvent >= 0, "no file descriptors left")
    Self.control(epoll, EPOLL_CTL_ADD, stopEvent, EPOLLIN.rawValue, token: Self.stopToken)
    let thread = Thread { [self] in loop() }
    thread.name = "terrace-postgres"
    thread.stackSize = 512 * 1024
    thread.start()
  }

  /// Ends the thread. No connection may be left.
  func stop() {
    eventfd_write(stopEvent, 1)
  }

  func add(_ connection: PostgresConnection, socket: Int32) {
    connections.withLock { $0[connection.token] = connection }
    Self.control(epoll, EPOLL_CTL_ADD, socket, Self.readable, token: connection.token)
  }

  /// Has the connection told if there is something to read now, or later; and when it can write, if
  /// it wants to.
  func look(token: UInt64, socket: Int32, wantsWrite: Bool) {
    let events = wantsWrite ? Self.readable | EPOLLOUT.rawValue : Self.readable
    Self.control(epoll, EPOLL_CTL_MOD, socket, events, token: token)
  }

  func remove(token: UInt64, socket: Int32) {
    Self.control(epoll, EPOLL_CTL_DEL, socket, 0, token: token)
    _ = connections.withLock { $0.removeValue(forKey: token) }
  }

  private static func control(
    _ epoll: Int32, _ operation: Int32, _ socket: Int32, _ events: UInt32, token: UInt64
  ) {
    var event = epoll_event(events: events, data: epoll_data_t(u64: token))
    epoll_ctl(epoll, operation, socket, &event)
  }

  private func loop() {
    let capacity = 64
    var events = [epoll_event](repeating: epoll_event(), count: capacity)
    while true {
      // The servers run first if there is no core to spare, so that one wait finds several answers.
      sched_yield()
      let count = Int(epoll_wait(epoll, &events, Int32(capacity), -1))
      for event in events.prefix(max(0, count)) {
        guard event.data.u64 != Self.stopToken else {
          close(epoll)
          close(stopEvent)
          return
        }
        let connection = connections.withLock { $0[event.data.u64] }
        connection?.socketIsReady()
        // A connection reads no further than its results, and the server's last word came with them.
        if event.events & Self.hungUp != 0 { connection?.socketIsReady() }
      }
    }
  }
}
