import Tenancy
import Testing

@testable import FinanceAPI

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

  /// Requests that were admitted at once are all counted.
  @Test mutating func whatWasTriedAtOnceIsPaidForLater() throws {
    let sam = try subject("sam")
    for _ in 0..<30 { attempts.fail(sam, at: 0) }
    #expect(attempts.wait(sam, at: 0) == 21 * 60)
  }

  @Test mutating func aLoginForgetsWhatWasMistyped() throws {
    let sam = try subject("sam")
    for _ in 0..<9 { attempts.fail(sam, at: 0) }
    attempts.succeed(sam, at: 0)
    for _ in 0..<10 { #expect(fail(sam, at: 0)) }
  }

  @Test mutating func accountsTenantsAndPeersAreCountedApart() throws {
    for _ in 0..<10 { attempts.fail(try subject("sam"), at: 0) }
    for other in [
      try subject("eva"), try subject("sam", peer: "192.0.2.2"),
      LoginAttempts.Subject(tenant: TenantID(), username: try Username("sam"), peer: "192.0.2.1"),
    ] {
      #expect(attempts.wait(other, at: 0) == nil)
    }
    // Other spellings are the same account.
    #expect(attempts.wait(try subject("S\u{ff21}M"), at: 0) != nil)
  }

  @Test mutating func guessesFromManyPeersLeaveStrangersTwoAttemptsAndThoseWhoWereThereTen() throws
  {
    let owner = try subject("sam", peer: "home")
    attempts.succeed(owner, at: 0)
    for number in 0..<100 { attempts.fail(try subject("sam", peer: "\(number)"), at: 0) }
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

  @Test mutating func aClockThatIsSetBackForgivesNothingAndLocksNobodyOutForLonger() throws {
    let sam = try subject("sam")
    for _ in 0..<10 { attempts.fail(sam, at: 1_000_000) }
    #expect(attempts.wait(sam, at: 0) == 60)
    attempts.fail(sam, at: 0)
    #expect(attempts.wait(sam, at: 120) == nil)
  }

  @Test mutating func itForgetsWhoWasNotSeenForLongest() throws {
    attempts = LoginAttempts(capacity: 8)
    let sam = try subject("sam")
    for _ in 0..<10 { attempts.fail(sam, at: 0) }
    for number in 0..<100 { attempts.fail(try subject("\(number)"), at: 0) }
    #expect(attempts.wait(sam, at: 0) == nil)
  }

  private func subject(_ name: String, peer: String = "192.0.2.1") throws -> LoginAttempts.Subject {
    LoginAttempts.Subject(tenant: tenant, username: try Username(name), peer: peer)
  }

  /// Whether an attempt was admitted; it fails.
  private mutating func fail(_ subject: LoginAttempts.Subject, at time: Double) -> Bool {
    guard attempts.wait(subject, at: time) == nil else { return false }
    attempts.fail(subject, at: time)
    return true
  }
}
