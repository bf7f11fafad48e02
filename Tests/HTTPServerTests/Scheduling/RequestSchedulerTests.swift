import HTTPSupport
import NIOPosix
import Synchronization
import Testing

@testable import HTTPServer

struct RequestSchedulerTests {
  private final class Count: Sendable {
    let value = Mutex(0)
  }

  private let eventLoop = MultiThreadedEventLoopGroup.singleton.any()

  /// Runs `body` on the event loop, in one go until it waits.
  private func onEventLoop<R: Sendable>(
    _ body: @escaping @Sendable (RequestScheduler) async -> R
  ) async -> R {
    let scheduler = RequestScheduler(eventLoop: eventLoop)
    return await Task(executorPreference: EventLoopTaskExecutor(eventLoop)) {
      await body(scheduler)
    }.value
  }

  /// The keys in the order in which their requests began, all of which came at once.
  private func order(of requests: [SchedulingKey?]) async -> [SchedulingKey?] {
    await onEventLoop { scheduler in
      await withTaskGroup(of: SchedulingKey?.self) { group in
        for key in requests {
          group.addTask {
            await scheduler.admit(key)
            return key
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
  }

  @Test func aKeyWithManyRequestsLetsOneOfEachOtherGoFirst() async {
    let (flood, quiet, other) = (SchedulingKey(1), SchedulingKey(2), SchedulingKey(3))
    let requests = Array(repeating: flood, count: 100) + [quiet, other, quiet]
    let order = await order(of: requests)
    #expect(order.count == requests.count)
    #expect(order.prefix(RequestScheduler.burst).allSatisfy { $0 == flood })
    #expect(
      order.dropFirst(RequestScheduler.burst).prefix(5) == [flood, quiet, other, flood, quiet])
  }

  @Test func aKeyThatHasLongBeenAloneWaitsForNobodyUntilAnotherComes() async {
    let (key, other) = (SchedulingKey(1), SchedulingKey(2))
    let begun = Count()
    let (alone, beside) = await onEventLoop { scheduler in
      func begin(_ count: Int) async -> Int {
        await withTaskGroup(of: Int.self) { group in
          group.addTask { begun.value.withLock { $0 } }
          for _ in 0..<count {
            await scheduler.admit(key)
            begun.value.withLock { $0 += 1 }
          }
          return await group.next() ?? 0
        }
      }
      while begun.value.withLock({ $0 }) <= RequestScheduler.memory {
        scheduler.hasRead()
        await scheduler.admit(key)
        begun.value.withLock { $0 += 1 }
      }
      begun.value.withLock { $0 = 0 }
      let alone = await begin(100)
      begun.value.withLock { $0 = 0 }
      scheduler.hasRead()
      await scheduler.admit(other)
      return (alone, await begin(100))
    }
    #expect(alone == 100)
    #expect(beside == RequestScheduler.burst - 1)
  }

  @Test func requestsOfNobodyTakeTurnsAsOne() async {
    let key = SchedulingKey(1)
    let order = await order(of: Array(repeating: nil, count: 100) + [key])
    #expect(order.firstIndex(of: key) == RequestScheduler.burst + 1)
  }

  @Test func afterALookAtTheNetworkAsManyBeginAgainAtOnce() async {
    let begun = Count()
    let begunBefore = await onEventLoop { scheduler in
      await withTaskGroup(of: Int.self) { group in
        // Runs when this task waits.
        group.addTask { begun.value.withLock { $0 } }
        for _ in 0..<3 {
          scheduler.hasRead()
          for _ in 0..<RequestScheduler.burst {
            await scheduler.admit(SchedulingKey(UInt128(begun.value.withLock { $0 })))
            begun.value.withLock { $0 += 1 }
          }
        }
        return await group.next()
      }
    }
    #expect(begunBefore == 3 * RequestScheduler.burst)
  }
}
