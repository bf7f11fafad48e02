import NIOCore
import NIOHTTP1
import Testing

@testable import Gateway

struct ExchangeStateMachineTests {
  private static let head = HTTPResponseHead(version: .http1_1, status: .ok)

  /// A machine whose request is sent.
  private static func sent() -> ExchangeStateMachine {
    var machine = ExchangeStateMachine()
    machine.begin(hasBody: false)
    machine.headSent()
    return machine
  }

  @Test func aWholeExchangeLeavesItIdle() {
    var machine = Self.sent()
    #expect(machine.wait == .head)
    #expect(machine.receive(.head(Self.head)) == nil)
    #expect(machine.take()?.head?.status == .ok)
    #expect(machine.wait == .body)
    #expect(machine.receive(.body(ByteBuffer(string: "a"))) == nil)
    #expect(machine.receive(.body(ByteBuffer(string: "b"))) == nil)
    #expect(machine.receive(.end(nil)) == nil)
    let part = machine.take()
    #expect(part?.body == ByteBuffer(string: "ab"))
    #expect(part?.isEnd == true)
    #expect(machine.isIdle)
  }

  @Test func itWantsMoreOnlyWhenAllIsTaken() {
    var machine = Self.sent()
    #expect(machine.wantsMore)
    _ = machine.receive(.head(Self.head))
    #expect(!machine.wantsMore)
    _ = machine.take()
    #expect(machine.wantsMore)
    machine.fail(.cancelled)
    #expect(!machine.wantsMore)
  }

  @Test func aResponseBeforeTheRequestsEndEndsTheConnection() {
    var machine = ExchangeStateMachine()
    machine.begin(hasBody: true)
    #expect(machine.wait == nil)
    _ = machine.receive(.head(Self.head))
    _ = machine.receive(.end(nil))
    #expect(machine.take()?.isEnd == true)
    #expect(!machine.isIdle)
  }

  @Test func bytesWithoutARequestEndTheConnection() {
    var machine = ExchangeStateMachine()
    #expect(machine.receive(.head(Self.head)) == .invalidResponse)
    #expect(!machine.isIdle)
  }

  @Test func aSecondResponseEndsTheConnectionAfterTheFirst() {
    var machine = Self.sent()
    _ = machine.receive(.head(Self.head))
    _ = machine.receive(.end(nil))
    #expect(machine.receive(.head(Self.head)) == .invalidResponse)
    #expect(machine.take()?.isEnd == true)
    #expect(!machine.isIdle)
  }

  @Test func informationalResponsesComeBeforeTheHead() {
    var machine = Self.sent()
    let hint = HTTPResponseHead(version: .http1_1, status: .custom(code: 103, reasonPhrase: ""))
    for _ in 1...ExchangeStateMachine.maximumInformational {
      #expect(machine.receive(.head(hint)) == nil)
    }
    let part = machine.take()
    #expect(part?.informational.count == ExchangeStateMachine.maximumInformational)
    #expect(part?.head == nil)
    #expect(machine.wait == .head)
    #expect(machine.receive(.head(hint)) == .invalidResponse)
  }

  @Test func aBodyIsHeldBackUntilItIsAskedFor() {
    var machine = ExchangeStateMachine()
    machine.begin(hasBody: true, isHeldBack: true)
    #expect(machine.wait == .go)
    _ = machine.receive(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
    #expect(machine.take()?.asksForBody == true)
    #expect(machine.wait == nil)
  }

  @Test func untilItsHeadIsOutNobodyHasSeenARequest() {
    var machine = ExchangeStateMachine()
    machine.begin(hasBody: false)
    machine.closed()
    #expect(machine.error == .unsent)
    #expect(machine.error?.allowsRetry(isSafe: false) == true)
  }

  @Test func afterThatSomebodyMayHave() {
    var machine = Self.sent()
    machine.closed()
    #expect(machine.error == .closed)
    #expect(machine.error?.allowsRetry(isSafe: true) == false)
  }

  @Test func onAConnectionThatHasServedItIsMostLikelyUnseen() {
    var machine = Self.sent()
    _ = machine.receive(.head(Self.head))
    _ = machine.receive(.end(nil))
    _ = machine.take()
    machine.begin(hasBody: false)
    machine.headSent()
    machine.closed()
    #expect(machine.error == .dropped)
    #expect(machine.error?.allowsRetry(isSafe: true) == true)
    #expect(machine.error?.allowsRetry(isSafe: false) == false)
  }

  @Test func aConnectionThatEndedWhileIdleHasSeenNothing() {
    var machine = ExchangeStateMachine()
    machine.closed()
    machine.begin(hasBody: false)
    #expect(machine.error == .unsent)
  }

  @Test func aResponseThatArrivedWholeBeforeTheEndIsTaken() {
    var machine = Self.sent()
    _ = machine.receive(.head(Self.head))
    _ = machine.receive(.end(nil))
    machine.closed()
    #expect(machine.take()?.isEnd == true)
    #expect(!machine.isIdle)
  }

  @Test func theFirstFaultStays() {
    var machine = Self.sent()
    machine.fail(.headTimeout)
    machine.fail(.cancelled)
    machine.closed()
    #expect(machine.error == .headTimeout)
  }
}
