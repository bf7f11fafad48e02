import Tenancy
import Testing

@testable import FinanceAPI

struct PasswordTurnsTests {
  private let acme = TenantID()
  private let globex = TenantID()
  private var turns = PasswordTurns<String>(
    limits: .init(concurrent: 2, waiting: 5, waitingPerTenant: 3))
  private var nextID: UInt64 = 0

  @Test mutating func asManyStartAsMayAndTheRestWait() {
    #expect(admit("1", acme) == .start)
    #expect(admit("2", acme) == .start)
    #expect(admit("3", acme) == .wait)
    #expect(turns.finish() == "3")
    #expect(turns.finish() == nil)
    #expect(admit("4", acme) == .start)
    #expect(admit("5", acme) == .wait)
  }

  @Test mutating func tenantsAndTheirPeersTakeTurns() {
    fill()
    _ = admit("a1", acme, peer: "x")
    _ = admit("a2", acme, peer: "x")
    _ = admit("a3", acme, peer: "y")
    _ = admit("g1", globex)
    #expect((0..<4).map { _ in turns.finish() } == ["a1", "g1", "a3", "a2"])
  }

  @Test mutating func aTenantThatFillsItsQueueLeavesRoomForOthers() {
    fill()
    for _ in 0..<3 { #expect(admit("a", acme) == .wait) }
    #expect(admit("a", acme) == .refuse)
    #expect(admit("g", globex) == .wait)
  }

  @Test mutating func allTogetherAreBounded() {
    fill()
    for _ in 0..<3 { _ = admit("a", acme) }
    for _ in 0..<2 { #expect(admit("g", globex) == .wait) }
    #expect(admit("g", globex) == .refuse)
    _ = turns.finish()
    #expect(admit("g", globex) == .wait)
  }

  @Test mutating func whoeverGivesUpIsNotStarted() {
    fill()
    _ = admit("a1", acme)
    let id = nextID
    _ = admit("a2", acme)
    #expect(turns.abandon(id: id) == "a1")
    #expect(turns.abandon(id: id) == nil)
    #expect(turns.finish() == "a2")
    #expect(turns.finish() == nil)
  }

  private mutating func fill() {
    _ = admit("running", acme)
    _ = admit("running", acme)
  }

  private mutating func admit(_ waiter: String, _ tenant: TenantID, peer: String = "")
    -> PasswordTurns<String>.Admission
  {
    nextID += 1
    return turns.admit(id: nextID, waiter: waiter, tenant: tenant, peer: peer)
  }
}
