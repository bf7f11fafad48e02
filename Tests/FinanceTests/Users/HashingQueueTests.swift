import Tenancy
import Testing

@testable import Finance

struct HashingQueueTests {
  private let acme = TenantID()
  private let globex = TenantID()
  private var queue = HashingQueue<String>(
    limits: .init(concurrent: 2, waiting: 5, waitingPerTenant: 3))
  private var nextID: UInt64 = 0

  @Test mutating func asManyStartAsMayAndTheRestWait() {
    #expect(admit("1", acme) == .start)
    #expect(admit("2", acme) == .start)
    #expect(admit("3", acme) == .wait)
    #expect(queue.finish() == "3")
    #expect(queue.finish() == nil)
    #expect(admit("4", acme) == .start)
    #expect(admit("5", acme) == .wait)
  }

  @Test mutating func tenantsAndTheirPeersTakeTurns() {
    fill()
    _ = admit("a1", acme, peer: "x")
    _ = admit("a2", acme, peer: "x")
    _ = admit("a3", acme, peer: "y")
    _ = admit("g1", globex)
    #expect((0..<4).map { _ in queue.finish() } == ["a1", "g1", "a3", "a2"])
  }

  /// One request at each of many tenants is a flood as well.
  @Test mutating func aPeerAtManyTenantsTakesTurnsWithOtherPeers() {
    fill()
    for number in 1...4 { _ = admit("x\(number)", TenantID(), peer: "x") }
    _ = admit("y1", TenantID(), peer: "y")
    #expect((0..<5).map { _ in queue.finish() } == ["x1", "y1", "x2", "x3", "x4"])
  }

  /// Whoever comes later than a peer that has had many turns has had as many: nobody is to wait for
  /// newcomers to make up for them.
  @Test mutating func newcomersTakeTurnsWithWhoWasThereBefore() {
    queue = HashingQueue(limits: .init(concurrent: 2, waiting: 100, waitingPerTenant: 100))
    fill()
    for number in 1...10 { _ = admit("x\(number)", acme, peer: "x") }
    for number in 1...5 { #expect(queue.finish() == "x\(number)") }
    for number in 1...3 { _ = admit("y\(number)", acme, peer: "y") }
    #expect((0..<6).map { _ in queue.finish() } == ["x6", "y1", "x7", "y2", "x8", "y3"])
  }

  @Test mutating func aTenantWithManyPeersTakesTurnsWithOtherTenants() {
    queue = HashingQueue(limits: .init(concurrent: 2, waiting: 100, waitingPerTenant: 100))
    fill()
    for number in 1...20 { _ = admit("a\(number)", acme, peer: "\(number)") }
    _ = admit("g1", globex, peer: "g")
    #expect((0..<3).map { _ in queue.finish() } == ["a1", "g1", "a2"])
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
    _ = queue.finish()
    #expect(admit("g", globex) == .wait)
  }

  @Test mutating func whoeverGivesUpIsNotStarted() {
    fill()
    _ = admit("a1", acme)
    let id = nextID
    _ = admit("a2", acme)
    #expect(queue.abandon(id: id) == "a1")
    #expect(queue.abandon(id: id) == nil)
    #expect(queue.finish() == "a2")
    #expect(queue.finish() == nil)
  }

  /// A site has thousands of hosts.
  @Test mutating func aSiteThatFillsATenantMakesRoomForOthersAndTakesTurnsWithThem() {
    fill()
    for number in 1...3 { _ = admit("x\(number)", acme, peer: "2001:db8:1:\(number)::1") }
    #expect(admit("x4", acme, peer: "2001:db8:1:4::1") == .refuse)
    #expect(admit("y1", acme, peer: "2001:db8:2::1") == .waitInPlaceOf("x3"))
    #expect((0..<3).map { _ in queue.finish() } == ["x1", "y1", "x2"])
  }

  @Test mutating func aSiteThatFillsTheQueueMakesRoomForOthers() {
    fill()
    for number in 1...5 { _ = admit("x\(number)", TenantID(), peer: "2001:db8:1:\(number)::1") }
    #expect(admit("x6", TenantID(), peer: "2001:db8:1:6::1") == .refuse)
    #expect(admit("y1", acme, peer: "192.0.2.1") == .waitInPlaceOf("x5"))
  }

  @Test mutating func aPeerThatFillsATenantMakesRoomForItsOtherPeers() {
    fill()
    for number in 1...3 { _ = admit("x\(number)", acme, peer: "x") }
    #expect(admit("x4", acme, peer: "x") == .refuse)
    #expect(admit("y1", acme, peer: "y") == .waitInPlaceOf("x3"))
    // Then it would have most itself.
    #expect(admit("y2", acme, peer: "y") == .refuse)
    #expect(admit("z1", acme, peer: "z") == .waitInPlaceOf("x2"))
    #expect(admit("w1", acme, peer: "w") == .refuse)
    #expect((0..<4).map { _ in queue.finish() } == ["x1", "y1", "z1", nil])
  }

  @Test mutating func aPeerThatFillsAllTenantsMakesRoomForOtherPeers() {
    fill()
    for number in 1...3 { _ = admit("x\(number)", acme, peer: "x") }
    for number in 4...5 { _ = admit("x\(number)", globex, peer: "x") }
    #expect(admit("y1", TenantID(), peer: "y") == .waitInPlaceOf("x5"))
    #expect(admit("y2", globex, peer: "y") == .waitInPlaceOf("x4"))
    #expect(queue.waitingCount == 5)
  }

  /// One request at each of many tenants is a flood as well.
  @Test mutating func aPeerWithOneRequestAtEachTenantMakesRoomForOtherPeers() {
    fill()
    for number in 1...5 { _ = admit("x\(number)", TenantID(), peer: "x") }
    #expect(admit("x6", TenantID(), peer: "x") == .refuse)
    #expect(admit("y1", acme, peer: "y") == .waitInPlaceOf("x5"))
  }

  @Test mutating func aTenantWhosePeersFillTheQueueMakesRoomForOtherTenants() {
    fill()
    for number in 1...3 { _ = admit("a\(number)", acme, peer: "\(number)") }
    for number in 1...2 { _ = admit("g\(number)", globex, peer: "\(number + 3)") }
    #expect(admit("i1", TenantID(), peer: "6") == .waitInPlaceOf("a3"))
    #expect(admit("g3", globex, peer: "7") == .refuse)
  }

  @Test mutating func whoeverWasDisplacedIsNeitherStartedNorAbandoned() {
    fill()
    for number in 1...3 { _ = admit("x\(number)", acme, peer: "x") }
    let id = nextID
    #expect(admit("y1", acme, peer: "y") == .waitInPlaceOf("x3"))
    #expect(queue.abandon(id: id) == nil)
    #expect((0..<4).map { _ in queue.finish() } == ["x1", "y1", "x2", nil])
  }

  private mutating func fill() {
    _ = admit("running", acme)
    _ = admit("running", acme)
  }

  private mutating func admit(_ waiter: String, _ tenant: TenantID, peer: String = "")
    -> HashingQueue<String>.Admission
  {
    nextID += 1
    return queue.admit(id: nextID, waiter: waiter, Requester(tenant: tenant, peer: peer))
  }
}
