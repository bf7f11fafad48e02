import Tenancy
import Testing

@testable import TenantRegistry

/// What comes next, by where things stand alone.
@Suite struct MoveStepTests {
  private let drain = Duration.seconds(60)

  private func copy(
    _ kid: String, _ state: SigningKey.State, _ holder: KeyHolder
  ) -> SealedSigningKey {
    SealedSigningKey(
      tenant: TenantID(), kid: kid, state: state, expires: nil, holder: holder, keyVersion: 1,
      sealed: [])
  }

  private func credential(
    _ number: Int, isReady: Bool
  ) -> DeploymentSnapshot.Credential {
    .init(
      number: number, login: "l\(number)", keyVersion: 1, isRevoked: false, isReady: isReady)
  }

  /// A shared tenant, as it is after registration.
  private var shared: DeploymentSnapshot {
    var snapshot = DeploymentSnapshot()
    snapshot.copies = [copy("a", .active, .shared)]
    snapshot.servedFor = .seconds(3600)
    snapshot.gateways = [.init(name: "one", probe: .reached)]
    snapshot.draining = ["one"]
    return snapshot
  }

  /// A tenant that is asked to be dedicated, with credentials that nobody uses yet.
  private var asked: DeploymentSnapshot {
    var snapshot = shared
    snapshot.isolation = .dedicated
    snapshot.credentials = [credential(1, isReady: false)]
    snapshot.copies += [copy("a", .active, .credential(1)), copy("n", .next, .credential(1))]
    return snapshot
  }

  private var ready: DeploymentSnapshot {
    var snapshot = asked
    snapshot.credentials = [credential(1, isReady: true)]
    return snapshot
  }

  private var flipped: DeploymentSnapshot {
    var snapshot = ready
    snapshot.servedBy = .dedicated
    snapshot.servedFor = .zero
    return snapshot
  }

  @Test func aMoveToDedicatedGoesThroughItsSteps() {
    #expect(shared.nextStep(to: .dedicated, drain: drain) == .choose)
    #expect(asked.nextStep(to: .dedicated, drain: drain) == .awaitDeployment)
    #expect(ready.nextStep(to: .dedicated, drain: drain) == .flip)
    #expect(flipped.nextStep(to: .dedicated, drain: drain) == .awaitDrain)
    var drained = flipped
    drained.servedFor = .seconds(60)
    #expect(drained.nextStep(to: .dedicated, drain: drain) == .close)
    drained.isGrantedToCell = false
    #expect(drained.nextStep(to: .dedicated, drain: drain) == .close)
    drained.copies.removeAll { $0.holder == .shared }
    #expect(drained.nextStep(to: .dedicated, drain: drain) == .done)
  }

  @Test func nothingIsFlippedBeforeAllGatewaysReachTheDeployment() {
    var snapshot = ready
    for gateways: [DeploymentSnapshot.Gateway] in [
      [], [.init(name: "one", probe: .pending)], [.init(name: "one", probe: .failed("lost"))],
      [.init(name: "one", probe: .reached), .init(name: "two", probe: .pending)],
    ] {
      snapshot.gateways = gateways
      #expect(snapshot.nextStep(to: .dedicated, drain: drain) == .awaitProbe)
    }
    snapshot.isolation = .shared
    #expect(snapshot.nextStep(to: .shared, drain: drain) == .prepare)
  }

  @Test func theOldSideIsClosedAsSoonAsNoRequestOfBeforeIsUnderWay() {
    var snapshot = flipped
    #expect(snapshot.nextStep(to: .dedicated, drain: drain) == .awaitDrain)
    snapshot.draining = []
    #expect(snapshot.nextStep(to: .dedicated, drain: drain) == .close)
  }

  /// It may begin requests until its lease ends, however long that is after the flip.
  @Test func theOldSideIsNotClosedWhileAGatewayThatKnowsNothingMayServe() {
    var snapshot = flipped
    snapshot.servedFor = drain * 2
    snapshot.cutOff = snapshot.draining
    for _ in 0..<2 {
      let side = snapshot.servedBy
      #expect(snapshot.nextStep(to: side, drain: drain) == .awaitDrain)
      #expect(
        MoveProgress(step: .awaitDrain, snapshot: snapshot).waitingFor
          == "without word from the registry, and serving what they know for a while yet: one")
      var over = snapshot
      over.cutOff = []
      #expect(over.nextStep(to: side, drain: drain) == .close)
      snapshot.isolation = .shared
      snapshot.servedBy = .shared
      snapshot.copies.append(copy("s", .next, .shared))
    }
  }

  @Test func aMoveThatWaitsSaysForWhom() {
    var snapshot = ready
    snapshot.gateways = [
      .init(name: "one", probe: .reached), .init(name: "two", probe: .pending),
      .init(name: "three", probe: .failed("its name is not known (DNS)")),
    ]
    #expect(
      MoveProgress(step: .awaitProbe, snapshot: snapshot).waitingFor == """
        two has not tried the tenant's own deployment yet; three does not reach the tenant's own \
        deployment: its name is not known (DNS)
        """)
    snapshot.gateways = []
    #expect(
      MoveProgress(step: .awaitProbe, snapshot: snapshot).waitingFor
        == "no gateway runs that could try to reach the tenant's own deployment")
  }

  @Test func nothingIsFlippedOrClosedBeforeAllKnowWhatWasPrepared() {
    for var snapshot in [ready, flipped] {
      snapshot.servedFor = .seconds(3600)
      snapshot.unacknowledged = ["one"]
      #expect(snapshot.nextStep(to: .dedicated, drain: drain) == .awaitAcknowledgement)
      snapshot.copies.removeAll { $0.state == .next }
      #expect(snapshot.nextStep(to: .dedicated, drain: drain) == .prepare)
    }
    var snapshot = ready
    snapshot.copies.removeAll { $0.kid == "a" && $0.holder == .credential(1) }
    #expect(snapshot.nextStep(to: .dedicated, drain: drain) == .prepare)
  }

  @Test func aDedicatedTenantIsNotSharedAgainWithoutRoleAndKeys() {
    var snapshot = flipped
    snapshot.isolation = .shared
    #expect(snapshot.nextStep(to: .shared, drain: drain) == .prepare)
    snapshot.copies.append(copy("s", .next, .shared))
    #expect(snapshot.nextStep(to: .shared, drain: drain) == .flip)
    snapshot.isGrantedToCell = false
    #expect(snapshot.nextStep(to: .shared, drain: drain) == .prepare)
  }

  /// Undone before it was flipped: the credentials that were given out must still go.
  @Test func undoingTakesTheCredentialsBack() {
    #expect(asked.nextStep(to: .shared, drain: drain) == .choose)
    var snapshot = asked
    snapshot.isolation = .shared
    #expect(snapshot.nextStep(to: .shared, drain: drain) == .prepare)
    snapshot.copies.append(copy("s", .next, .shared))
    #expect(snapshot.nextStep(to: .shared, drain: drain) == .close)
    snapshot.credentials = []
    #expect(snapshot.nextStep(to: .shared, drain: drain) == .done)
  }

  /// A key that anyone else could open is no successor.
  @Test func theNextKeyIsKnownToThoseAloneWhoStay() {
    var snapshot = ready
    snapshot.credentials.append(credential(2, isReady: false))
    #expect(snapshot.holders(of: .dedicated) == [.credential(1), .credential(2)])
    #expect(!snapshot.isPrepared(.dedicated))
    snapshot.copies += [
      copy("a", .active, .credential(2)), copy("n", .next, .credential(2)),
      copy("m", .next, .credential(2)),
    ]
    #expect(snapshot.successor(for: snapshot.holders(of: .dedicated)) == "n")
    snapshot.credentials = [credential(1, isReady: true), credential(2, isReady: true)]
    #expect(snapshot.successor(for: snapshot.holders(of: .dedicated)) == "m")
  }
}
