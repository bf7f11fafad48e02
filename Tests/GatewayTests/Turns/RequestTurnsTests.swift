import NIOPosix
import Synchronization
import Tenancy
import Testing

@testable import HTTPSupport

struct RequestTurnsTests {
  private final class Count: Sendable {
    let value = Mutex(0)
  }

  private let eventLoop = MultiThreadedEventLoopGroup.singleton.any()

  /// Runs `body` on the event loop, in one go until it waits.
  private func onEventLoop<R: Sendable>(
    _ body: @escaping @Sendable (RequestTurns) async -> R
  ) async -> R {
    let turns = RequestTurns(eventLoop: eventLoop)
    return await Task(executorPreference: EventLoopTaskExecutor(eventLoop)) {
      await body(turns)
    }.value
  }

  /// The tenants in the order in which their requests began, all of which came at once.
  private func order(of requests: [TenantID?]) async -> [TenantID?] {
    await onEventLoop { turns in
      await withTaskGroup(of: TenantID?.self) { group in
        for tenant in requests {
          group.addTask {
            await turns.take(tenant)
            return tenant
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
  }

  @Test func aTenantWithManyRequestsLetsOneOfEachOtherGoFirst() async {
    let (flood, quiet, other) = (TenantID(), TenantID(), TenantID())
    let requests = Array(repeating: flood, count: 100) + [quiet, other, quiet]
    let order = await order(of: requests)
    #expect(order.count == requests.count)
    #expect(order.prefix(RequestTurns.burst).allSatisfy { $0 == flood })
    #expect(
      order.dropFirst(RequestTurns.burst).prefix(5) == [flood, quiet, other, flood, quiet])
  }

  @Test func aTenantThatHasLongBeenAloneWaitsForNobodyUntilAnotherComes() async {
    let (tenant, other) = (TenantID(), TenantID())
    let begun = Count()
    let (alone, beside) = await onEventLoop { turns in
      func begin(_ count: Int) async -> Int {
        await withTaskGroup(of: Int.self) { group in
          group.addTask { begun.value.withLock { $0 } }
          for _ in 0..<count {
            await turns.take(tenant)
            begun.value.withLock { $0 += 1 }
          }
          return await group.next() ?? 0
        }
      }
      while begun.value.withLock({ $0 }) <= RequestTurns.memory {
        turns.hasRead()
        await turns.take(tenant)
        begun.value.withLock { $0 += 1 }
      }
      begun.value.withLock { $0 = 0 }
      let alone = await begin(100)
      begun.value.withLock { $0 = 0 }
      turns.hasRead()
      await turns.take(other)
      return (alone, await begin(100))
    }
    #expect(alone == 100)
    #expect(beside == RequestTurns.burst - 1)
  }

  @Test func requestsOfNoTenantTakeTurnsAsOne() async {
    let tenant = TenantID()
    let order = await order(of: Array(repeating: nil, count: 100) + [tenant])
    #expect(order.firstIndex(of: tenant) == RequestTurns.burst + 1)
  }

  @Test func afterALookAtTheNetworkAsManyBeginAgainAtOnce() async {
    let begun = Count()
    let begunBefore = await onEventLoop { turns in
      await withTaskGroup(of: Int.self) { group in
        // Runs when this task waits.
        group.addTask { begun.value.withLock { $0 } }
        for _ in 0..<3 {
          turns.hasRead()
          for _ in 0..<RequestTurns.burst {
            await turns.take(TenantID())
            begun.value.withLock { $0 += 1 }
          }
        }
        return await group.next()
      }
    }
    #expect(begunBefore == 3 * RequestTurns.burst)
  }
}
