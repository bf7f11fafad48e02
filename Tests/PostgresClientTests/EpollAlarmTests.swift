import CLibPQ
import NIOPosix
import Testing

@testable import PostgresClient

struct EpollAlarmTests {
  @Test func itRingsOnTheEventLoopForWhatHappensUntilItIsStopped() async throws {
    let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    let source = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    defer {
      close(epoll)
      close(source)
    }
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: 1))
    epoll_ctl(epoll, EPOLL_CTL_ADD, source, &event)
    let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    let (rings, continuation) = AsyncStream.makeStream(of: Bool.self)
    let alarm = try #require(
      EpollAlarm(epoll, on: eventLoop) {
        var count: eventfd_t = 0
        eventfd_read(source, &count)
        continuation.yield(eventLoop.inEventLoop && count == 1)
      })
    var iterator = rings.makeAsyncIterator()
    for _ in 0..<100 {
      eventfd_write(source, 1)
      #expect(await iterator.next() == true)
    }
    alarm.stop()
    try await eventLoop.submit {}.get()
    eventfd_write(source, 1)
    try await eventLoop.submit { continuation.finish() }.get()
    #expect(await iterator.next() == nil)
  }
}
