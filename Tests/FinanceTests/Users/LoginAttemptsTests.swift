import Tenancy
import Testing

@testable import Finance

struct LoginAttemptsTests {
  private var attempts = LoginAttempts()
  private let tenant = TenantID()

  @Test mutating func aPeerHasTenAttemptsAndOneMoreEveryMinute() throws {
    let sam = try subject("sam")
    for _ in 0..<10 { #expect(fail(sam, at: 0)) }
    #expect(attempts.wait(sam, at: 0) == 60)
    #expect(attempts.wait(sam, at: 59.5) == 1)
    #expect(fail(sam, at: 60))
    #expect(attempts.wait(sam, at: 60) == 60)
    #expect(fail(sam, at: 120))
    // All come back, and no more than that.
    for _ in 0..<10 { #expect(fail(sam, at: 10_000)) }
    #expect(attempts.wait(sam, at: 10_000) == 60)
  }

  /// All of them were admitted before the first was compared.
  @Test mutating func ofGuessesTriedAtOnceTenGetAVerdictAndTheNextWaitsAMinute() throws {
    let sam = try subject("sam")
    for _ in 0..<30 { #expect(attempts.wait(sam, at: 0) == nil) }
    let waits = (0..<30).map { _ in attempts.judge(sam, isRight: false, at: 0) }
    #expect(waits == Array(repeating: nil, count: 10) + Array(repeating: 60, count: 20))
    // The right one shows no more than the others, and forgets nothing.
    #expect(attempts.judge(sam, isRight: true, at: 0) == 60)
    #expect(attempts.wait(sam, at: 0) == 60)
    #expect(attempts.wait(sam, at: 60) == nil)
  }

  @Test mutating func rightPasswordsTriedAtOnceAreAllTold() throws {
    let sam = try subject("sam")
    for _ in 0..<9 { #expect(fail(sam, at: 0)) }
    for _ in 0..<30 { #expect(attempts.wait(sam, at: 0) == nil) }
    for _ in 0..<30 { #expect(attempts.judge(sam, isRight: true, at: 0) == nil) }
  }

  @Test mutating func whoUsedTenBeforeTheAccountsRanOutWaitsAMinute() throws {
    let sam = try subject("sam")
    for _ in 0..<10 { #expect(fail(sam, at: 0)) }
    // Strangers' attempts beyond the hundred do not prolong the time until it comes back.
    for number in 0..<200 { #expect(try fail(subject("sam", peer: "\(number)"), at: 0)) }
    #expect(attempts.wait(sam, at: 0) == 60)
    #expect(fail(sam, at: 60))
    let returned = try subject("sam", peer: "0")
    for _ in 0..<9 { #expect(fail(returned, at: 10 * 60)) }
  }

  /// However many hosts it has.
  @Test mutating func aSiteHasThirtyAttemptsAndOneMoreEveryMinuteButForThoseWhoWereThere() throws {
    let owner = try subject("sam", peer: "2001:db8:1:ffff::1")
    #expect(attempts.judge(owner, isRight: true, at: 1) == nil)
    let hosts = try (0..<150).map { try subject("sam", peer: "2001:db8:1:\($0)::1") }
    #expect(hosts.filter { fail($0, at: 1) }.count == 30)
    #expect(attempts.wait(hosts[40], at: 1) == 60)
    #expect(attempts.wait(owner, at: 1) == nil)
    #expect(try attempts.wait(subject("sam", peer: "2001:db8:2::1"), at: 1) == nil)
    #expect(hosts.filter { fail($0, at: 61) }.count == 1)
  }

  @Test mutating func aLoginForgetsWhatWasMistyped() throws {
    let sam = try subject("sam")
    for _ in 0..<9 { _ = fail(sam, at: 0) }
    #expect(attempts.judge(sam, isRight: true, at: 0) == nil)
    for _ in 0..<10 { #expect(fail(sam, at: 0)) }
  }

  @Test mutating func accountsTenantsAndPeersAreCountedApart() throws {
    for _ in 0..<10 { _ = try fail(subject("sam"), at: 0) }
    for other in [
      try subject("eva"), try subject("sam", peer: "192.0.2.2"),
      LoginAttempts.Subject(
        username: try Username("sam"),
        requester: Requester(tenant: TenantID(), peer: "192.0.2.1")),
    ] {
      #expect(attempts.wait(other, at: 0) == nil)
    }
    // Other spellings are the same account.
    #expect(attempts.wait(try subject("S\u{ff21}M"), at: 0) != nil)
  }

  @Test mutating func guessesFromManyPeersLeaveStrangersTwoAttemptsAndThoseWhoWereThereTen() throws
  {
    let owner = try subject("sam", peer: "home")
    #expect(attempts.judge(owner, isRight: true, at: 0) == nil)
    for number in 0..<100 { _ = try fail(subject("sam", peer: "\(number)"), at: 0) }
    let guesser = try subject("sam", peer: "0")
    #expect(fail(guesser, at: 0))
    #expect(attempts.wait(guesser, at: 0) == 60)
    // Whoever comes from where nobody guessed.
    let abroad = try subject("sam", peer: "abroad")
    for _ in 0..<2 { #expect(fail(abroad, at: 0)) }
    #expect(attempts.wait(abroad, at: 0) == 60)
    for _ in 0..<10 { #expect(fail(owner, at: 0)) }
    #expect(attempts.wait(owner, at: 0) == 60)
    // The account's own budget comes back as well.
    #expect(attempts.wait(guesser, at: 3_600) == nil)
  }

  /// Codes are tried by whoever has the password, from as many peers as they like.
  @Test mutating func codesOfAnAccountHaveABudgetThatNoNumberOfPeersExtends() throws {
    attempts = LoginAttempts(limits: .codes)
    let home = try subject("sam", peer: "198.51.100.1")
    #expect(attempts.judge(home, isRight: true, at: 0) == nil)
    var verdicts = 0
    for number in 1...200 {
      let peer = try subject("sam", peer: "192.0.\(number).1")
      for _ in 0..<2 where fail(peer, at: 0) { verdicts += 1 }
    }
    #expect(verdicts == 30)
    #expect(try attempts.wait(subject("sam", peer: "203.0.113.1"), at: 0) == 60)
    // Who has signed in from there before is not locked out.
    for _ in 0..<5 { #expect(fail(home, at: 0)) }
    #expect(attempts.wait(home, at: 0) == 60)
  }

  @Test mutating func secretsOfMachinesAreCountedByPeer() throws {
    let peer = LoginAttempts.Subject(
      secretsOf: Requester(tenant: tenant, peer: "192.0.2.1"))
    for _ in 0..<10 { #expect(fail(peer, at: 0)) }
    #expect(!fail(peer, at: 0))
    let other = LoginAttempts.Subject(
      secretsOf: Requester(tenant: tenant, peer: "198.51.100.1"))
    #expect(fail(other, at: 0))
    #expect(try fail(subject("secrets"), at: 0))
  }

  @Test mutating func aClockThatIsSetBackForgivesNothingAndLocksNobodyOutForLonger() throws {
    let sam = try subject("sam")
    for _ in 0..<10 { _ = fail(sam, at: 1_000_000) }
    #expect(attempts.wait(sam, at: 0) == 60)
    #expect(!fail(sam, at: 0))
    #expect(attempts.wait(sam, at: 120) == nil)
  }

  @Test mutating func itForgetsWhoWasNotSeenForLongest() throws {
    attempts = LoginAttempts(capacity: 8)
    let sam = try subject("sam")
    for _ in 0..<10 { _ = fail(sam, at: 0) }
    for number in 0..<100 { _ = try fail(subject("\(number)"), at: 0) }
    #expect(attempts.wait(sam, at: 0) == nil)
  }

  private func subject(_ name: String, peer: String = "192.0.2.1") throws -> LoginAttempts.Subject {
    LoginAttempts.Subject(
      username: try Username(name), requester: Requester(tenant: tenant, peer: peer))
  }

  /// Whether an attempt was admitted; it fails.
  private mutating func fail(_ subject: LoginAttempts.Subject, at time: Double) -> Bool {
    attempts.wait(subject, at: time) == nil
      && attempts.judge(subject, isRight: false, at: time) == nil
  }
}
