import CLibPQ
import Foundation
import NIOCore
import Synchronization

/// Waits for all connections' sockets, and tells each that has something new to read: epoll's
/// edge-triggered mode, so a connection reads all there is.
///
/// It does so on an event loop, or on a thread of its own. Sending needs neither: who has work writes
/// it to the socket itself.
final class Reactor: Sendable {
  private static let stopToken: UInt64 = 0
  private static let readable = EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
  private static let hungUp = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue

  private let epoll: Int32
  private let stopEvent: Int32
  private let alarm = Mutex<EpollAlarm?>(nil)
  private let connections = Mutex<[UInt64: PostgresConnection]>([:])

  /// - Parameter eventLoop: where connections are told, if the kernel can wake it; otherwise, and if
  ///   it is nil, a thread is started.
  init(eventLoop: (any EventLoop)?) {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    stopEvent = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    precondition(epoll >= 0 && stopEvent >= 0, "no file descriptors left")
    Self.control(epoll, EPOLL_CTL_ADD, stopEvent, EPOLLIN.rawValue, token: Self.stopToken)
    let alarm = eventLoop.flatMap { eventLoop in
      EpollAlarm(epoll, on: eventLoop) { [self] in _ = tellThoseReady(timeout: 0) }
    }
    self.alarm.withLock { $0 = alarm }
    if alarm == nil { startThread() }
  }

  private func startThread() {
    let thread = Thread { [self] in
      repeat {
        // The servers run first if there is no core to spare, so that one wait finds several answers.
        sched_yield()
      } while tellThoseReady(timeout: -1)
    }
    thread.name = "terrace-postgres"
    thread.stackSize = 512 * 1024
    thread.start()
  }

  /// Nobody is told any more. No connection may be left.
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

  /// - Parameter timeout: milliseconds to wait for the first; -1 is for ever.
  /// - Returns: false once ``stop()`` has been called.
  private func tellThoseReady(timeout: Int32) -> Bool {
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
      let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), timeout)
      for event in events.prefix(max(0, Int(count))) {
        guard event.data.u64 != Self.stopToken else {
          end()
          return false
        }
        let connection = connections.withLock { $0[event.data.u64] }
        connection?.socketIsReady()
        // A connection reads no further than its results, and the server's last word came with them.
        if event.events & Self.hungUp != 0 { connection?.socketIsReady() }
      }
      return true
    }
  }

  private func end() {
    alarm.withLock { $0.take() }?.stop()
    close(epoll)
    close(stopEvent)
  }
}
