import Crypto
import Foundation
import Synchronization
import Tenancy

/// Slows down guessing: counts the wrong passwords, or codes, that this process has seen, of all
/// tenants' users.
package final class LoginThrottle: Sendable {
  private let attempts: Mutex<LoginAttempts>
  private let now: @Sendable () -> Date

  init(_ limits: LoginAttempts.Limits = .passwords, now: @escaping @Sendable () -> Date) {
    attempts = Mutex(LoginAttempts(limits: limits))
    self.now = now
  }

  /// Refuses a requester who has no attempt left, before anything is hashed.
  ///
  /// - Throws: ``TooManyAttempts``.
  func admit(_ subject: LoginAttempts.Subject) throws(TooManyAttempts) {
    let time = now().timeIntervalSince1970
    if let seconds = attempts.withLock({ $0.wait(subject, at: time) }) {
      throw TooManyAttempts(retryAfter: seconds)
    }
  }

  /// Counts an attempt that was hashed. If it throws, nobody may learn whether it was right.
  ///
  /// - Throws: ``TooManyAttempts``, if others that ran beside it took the last one.
  func judge(_ subject: LoginAttempts.Subject, isRight: Bool) throws(TooManyAttempts) {
    let time = now().timeIntervalSince1970
    if let seconds = attempts.withLock({ $0.judge(subject, isRight: isRight, at: time) }) {
      throw TooManyAttempts(retryAfter: seconds)
    }
  }
}

/// The requester has tried too many wrong passwords, codes or tokens.
package struct TooManyAttempts: Error {
  /// In seconds, at least 1.
  package let retryAfter: Int
}

/// How many wrong passwords were tried of late, by account and by account and peer. Guessing is
/// slowed so, and nobody is locked out by who guesses; of passwords:
///
/// - A peer has ten attempts at an account, and one more every minute.
/// - All peers of one site have thirty, and one more every minute, but for those that have logged in
///   there before.
/// - All peers together have a hundred, and one more every minute. When they are spent, a peer has
///   two attempts, and one more every minute, unless it has logged in there before.
///
/// Codes are tried by whoever knows the password already, and are far fewer than passwords. When all
/// peers together have spent an account's attempts, only those that have logged in there before have
/// any.
///
/// An attempt counts once its password was compared. Until then it takes nothing: any number of right
/// passwords may be compared at once. An attempt that finds the last one taken gets no verdict, so
/// that guesses sent at once learn no more than ten sent one by one, and no count exceeds its limit.
///
/// Whether the account exists makes no difference. A pure state machine; times are seconds of any
/// clock. It is bounded: of the pairs that were not seen for longest, half are forgotten at once.
struct LoginAttempts {
  /// A user's name at a tenant, and who asks for it.
  struct Subject {
    fileprivate let account: Key
    fileprivate let site: Key
    fileprivate let pair: Key

    init(username: Username, requester: Requester) {
      let name = "\(requester.tenant)\0\(username.canonical)"
      account = Key(name)
      // No name has the character, so that no two keys are written alike.
      site = Key("\(name)\0site\0\(requester.site)")
      pair = Key("\(name)\0\(requester.host)")
    }

    /// Any secret that a machine made: a refresh token or the token of a link. It names no account
    /// before it is found to be right.
    init(secretsOf requester: Requester) {
      let name = "\(requester.tenant)\0\0secrets"
      account = Key("\(name)\0\(requester.host)\0account")
      site = Key("\(name)\0site\0\(requester.site)")
      pair = Key("\(name)\0\(requester.host)")
    }
  }

  /// How many attempts there are, before they come back one by one.
  struct Limits: Sendable {
    let perPeer: Double
    /// Of a peer that has not logged in before, when the account's are spent.
    let perStranger: Double
    let perSite: Double
    let perAccount: Double

    static let passwords = Limits(perPeer: 10, perStranger: 2, perSite: 30, perAccount: 100)
    static let codes = Limits(perPeer: 5, perStranger: 0, perSite: 10, perAccount: 30)
  }

  /// A digest, so that what is kept has the same size whatever is sent.
  fileprivate struct Key: Hashable {
    private let high: UInt64
    private let low: UInt64

    init(_ text: String) {
      (high, low) = SHA256.hash(data: Data(text.utf8)).withUnsafeBytes {
        $0.loadUnaligned(as: (UInt64, UInt64).self)
      }
    }
  }

  private struct Tries {
    /// How many of late: it goes down by one every ``seconds``.
    var count = 0.0
    var asOf = 0.0
    var hasLoggedIn = false

    mutating func settle(at time: Double) {
      count = max(0, count - max(0, time - asOf) / LoginAttempts.seconds)
      asOf = time
    }

    /// In how many seconds there are fewer than `allowed`; nil if there are now.
    func wait(allowed: Double) -> Int? {
      let excess = count - (allowed - 1)
      return excess > 0 ? max(1, Int((excess * LoginAttempts.seconds).rounded(.up))) : nil
    }
  }

  private static let seconds = 60.0

  private let limits: Limits
  private var accounts: GenerationalCache<Key, Tries>
  private var sites: GenerationalCache<Key, Tries>
  private var pairs: GenerationalCache<Key, Tries>

  /// - Parameter capacity: Accounts that are remembered, at most, and as many pairs with a site and
  ///   with a peer.
  init(limits: Limits = .passwords, capacity: Int = 32_768) {
    self.limits = limits
    accounts = GenerationalCache(capacity: capacity)
    sites = GenerationalCache(capacity: capacity)
    pairs = GenerationalCache(capacity: capacity)
  }

  /// In how many seconds the peer may try again; nil if it may now.
  mutating func wait(_ subject: Subject, at time: Double) -> Int? {
    let pair = pairs.entry(for: subject.pair)
    let hasLoggedIn = pair?.hasLoggedIn ?? false
    if !hasLoggedIn, var site = sites.entry(for: subject.site) {
      site.settle(at: time)
      if let seconds = site.wait(allowed: limits.perSite) { return seconds }
    }
    let isSpent = isSpent(subject.account, at: time)
    // A stranger's first attempt, where there is one: whoever guesses from elsewhere cannot take it.
    guard var pair else {
      return isSpent && limits.perStranger < 1 ? Int(Self.seconds) : nil
    }
    pair.settle(at: time)
    let allowed = isSpent && !hasLoggedIn ? limits.perStranger : limits.perPeer
    // Who had used more when the account's attempts ran out gets the next one in a minute, too.
    pair.count = min(pair.count, allowed)
    pairs.insert(pair, for: subject.pair)
    return pair.wait(allowed: allowed)
  }

  /// Counts an attempt whose password was compared. A right one makes the peer's mistyped ones
  /// forgotten.
  ///
  /// - Returns: nil if the verdict may be told; otherwise nothing is counted, and it is in how many
  ///   seconds the peer may try again.
  mutating func judge(_ subject: Subject, isRight: Bool, at time: Double) -> Int? {
    if let seconds = wait(subject, at: time) { return seconds }
    if isRight {
      pairs.insert(Tries(count: 0, asOf: time, hasLoggedIn: true), for: subject.pair)
    } else {
      count(subject, at: time)
    }
    return nil
  }

  private mutating func count(_ subject: Subject, at time: Double) {
    Self.count(in: &accounts, subject.account, at: time, most: limits.perAccount)
    Self.count(in: &sites, subject.site, at: time, most: limits.perSite)
    Self.count(in: &pairs, subject.pair, at: time, most: limits.perPeer)
  }

  private static func count(
    in tries: inout GenerationalCache<Key, Tries>, _ key: Key, at time: Double, most: Double
  ) {
    var entry = tries.entry(for: key) ?? Tries()
    entry.settle(at: time)
    entry.count = min(entry.count + 1, most)
    tries.insert(entry, for: key)
  }

  private mutating func isSpent(_ account: Key, at time: Double) -> Bool {
    guard var tries = accounts.entry(for: account) else { return false }
    tries.settle(at: time)
    accounts.insert(tries, for: account)
    return tries.count > limits.perAccount - 1
  }
}
