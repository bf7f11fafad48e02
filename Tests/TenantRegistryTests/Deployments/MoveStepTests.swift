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
  ) -> DeploymentSituation.Credential {
    .init(
      number: number, login: "l\(number)", keyVersion: 1, isRevoked: false, isReady: isReady)
  }

  /// A shared tenant, as it is after registration.
  private var shared: DeploymentSituation {
    var situation = DeploymentSituation()
    situation.copies = [copy("a", .active, .shared)]
    situation.servedFor = .seconds(3600)
    situation.gateways = [.init(name: "one", trial: .reached)]
    situation.unsettled = ["one"]
    return situation
  }

  /// A tenant that is asked to be dedicated, with credentials that nobody uses yet.
  private var asked: DeploymentSituation {
    var situation = shared
    situation.isolation = .dedicated
    situation.credentials = [credential(1, isReady: false)]
    situation.copies += [copy("a", .active, .credential(1)), copy("n", .next, .credential(1))]
    return situation
  }

  private var ready: DeploymentSituation {
    var situation = asked
    situation.credentials = [credential(1, isReady: true)]
    return situation
  }

  private var flipped: DeploymentSituation {
    var situation = ready
    situation.servedBy = .dedicated
    situation.servedFor = .zero
    return situation
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
    var situation = ready
    for gateways: [DeploymentSituation.Gateway] in [
      [], [.init(name: "one", trial: .pending)], [.init(name: "one", trial: .failed("lost"))],
      [.init(name: "one", trial: .reached), .init(name: "two", trial: .pending)],
    ] {
      situation.gateways = gateways
      #expect(situation.nextStep(to: .dedicated, drain: drain) == .awaitTrial)
    }
    situation.isolation = .shared
    #expect(situation.nextStep(to: .shared, drain: drain) == .prepare)
  }

  @Test func theOldSideIsClosedAsSoonAsNoRequestOfBeforeIsUnderWay() {
    var situation = flipped
    #expect(situation.nextStep(to: .dedicated, drain: drain) == .awaitDrain)
    situation.unsettled = []
    #expect(situation.nextStep(to: .dedicated, drain: drain) == .close)
  }

  /// It may begin requests until its lease ends, however long that is after the flip.
  @Test func theOldSideIsNotClosedWhileAGatewayThatKnowsNothingMayServe() {
    var situation = flipped
    situation.servedFor = drain * 2
    situation.cutOff = situation.unsettled
    for _ in 0..<2 {
      let side = situation.servedBy
      #expect(situation.nextStep(to: side, drain: drain) == .awaitDrain)
      #expect(
        MoveProgress(step: .awaitDrain, situation: situation).waitingFor
          == "without word from the registry, and serving what they know for a while yet: one")
      var over = situation
      over.cutOff = []
      #expect(over.nextStep(to: side, drain: drain) == .close)
      situation.isolation = .shared
      situation.servedBy = .shared
      situation.copies.append(copy("s", .next, .shared))
    }
  }

  @Test func aMoveThatWaitsSaysForWhom() {
    var situation = ready
    situation.gateways = [
      .init(name: "one", trial: .reached), .init(name: "two", trial: .pending),
      .init(name: "three", trial: .failed("its name is not known (DNS)")),
    ]
    #expect(
      MoveProgress(step: .awaitTrial, situation: situation).waitingFor == """
        two has not tried the tenant's own deployment yet; three does not reach the tenant's own \
        deployment: its name is not known (DNS)
        """)
    situation.gateways = []
    #expect(
      MoveProgress(step: .awaitTrial, situation: situation).waitingFor
        == "no gateway runs that could try to reach the tenant's own deployment")
  }

  @Test func nothingIsFlippedOrClosedBeforeAllKnowWhatWasPrepared() {
    for var situation in [ready, flipped] {
      situation.servedFor = .seconds(3600)
      situation.unacknowledged = ["one"]
      #expect(situation.nextStep(to: .dedicated, drain: drain) == .awaitAcknowledgement)
      situation.copies.removeAll { $0.state == .next }
      #expect(situation.nextStep(to: .dedicated, drain: drain) == .prepare)
    }
    var situation = ready
    situation.copies.removeAll { $0.kid == "a" && $0.holder == .credential(1) }
    #expect(situation.nextStep(to: .dedicated, drain: drain) == .prepare)
  }

  @Test func aDedicatedTenantIsNotSharedAgainWithoutRoleAndKeys() {
    var situation = flipped
    situation.isolation = .shared
    #expect(situation.nextStep(to: .shared, drain: drain) == .prepare)
    situation.copies.append(copy("s", .next, .shared))
    #expect(situation.nextStep(to: .shared, drain: drain) == .flip)
    situation.isGrantedToCell = false
    #expect(situation.nextStep(to: .shared, drain: drain) == .prepare)
  }

  /// Undone before it was flipped: the credentials that were given out must still go.
  @Test func undoingTakesTheCredentialsBack() {
    #expect(asked.nextStep(to: .shared, drain: drain) == .choose)
    var situation = asked
    situation.isolation = .shared
    #expect(situation.nextStep(to: .shared, drain: drain) == .prepare)
    situation.copies.append(copy("s", .next, .shared))
    #expect(situation.nextStep(to: .shared, drain: drain) == .close)
    situation.credentials = []
    #expect(situation.nextStep(to: .shared, drain: drain) == .done)
  }

  /// A key that anyone else could open is no successor.
  @Test func theNextKeyIsKnownToThoseAloneWhoStay() {
    var situation = ready
    situation.credentials.append(credential(2, isReady: false))
    #expect(situation.holders(of: .dedicated) == [.credential(1), .credential(2)])
    #expect(!situation.isPrepared(.dedicated))
    situation.copies += [
      copy("a", .active, .credential(2)), copy("n", .next, .credential(2)),
      copy("m", .next, .credential(2)),
    ]
    #expect(situation.successor(for: situation.holders(of: .dedicated)) == "n")
    situation.credentials = [credential(1, isReady: true), credential(2, isReady: true)]
    #expect(situation.successor(for: situation.holders(of: .dedicated)) == "m")
  }
}
