import Crypto
import Foundation
import HTTPSupport
import Tenancy

/// How many wrong passwords were tried of late, by account and by account and peer. Guessing is
/// slowed so, and nobody is locked out by who guesses:
///
/// - A peer has ten attempts at an account, and one more every minute.
/// - All peers together have a hundred, and one more every minute. When they are spent, a peer has
///   two attempts, and one more every minute, unless it has logged in there before.
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
    fileprivate let pair: Key

    init(tenant: TenantID, username: Username, peer: String) {
      let name = "\(tenant)\0\(username.canonical)"
      account = Key(name)
      // No name has the character, so that no two pairs are written alike.
      pair = Key("\(name)\0\(peer)")
    }
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
  }

  private static let perPeer = 10.0
  private static let perStranger = 2.0
  private static let perAccount = 100.0
  private static let seconds = 60.0

  private var accounts: TwoGenerations<Key, Tries>
  private var pairs: TwoGenerations<Key, Tries>

  /// - Parameter capacity: Accounts that are remembered, at most, and as many pairs.
  init(capacity: Int = 32_768) {
    accounts = TwoGenerations(capacity: capacity)
    pairs = TwoGenerations(capacity: capacity)
  }

  /// In how many seconds the peer may try again; nil if it may now.
  mutating func wait(_ subject: Subject, at time: Double) -> Int? {
    guard var pair = pairs.entry(for: subject.pair) else {
      // A stranger's first attempt: whoever guesses from elsewhere cannot take it.
      return nil
    }
    pair.settle(at: time)
    let allowed =
      isSpent(subject.account, at: time) && !pair.hasLoggedIn
      ? Self.perStranger : Self.perPeer
    // Who had used more when the account's attempts ran out gets the next one in a minute, too.
    pair.count = min(pair.count, allowed)
    pairs.insert(pair, for: subject.pair)
    let excess = pair.count - (allowed - 1)
    return excess > 0 ? max(1, Int((excess * Self.seconds).rounded(.up))) : nil
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
    var account = accounts.entry(for: subject.account) ?? Tries()
    account.settle(at: time)
    account.count = min(account.count + 1, Self.perAccount)
    accounts.insert(account, for: subject.account)
    var pair = pairs.entry(for: subject.pair) ?? Tries()
    pair.settle(at: time)
    pair.count += 1
    pairs.insert(pair, for: subject.pair)
  }

  private mutating func isSpent(_ account: Key, at time: Double) -> Bool {
    guard var tries = accounts.entry(for: account) else { return false }
    tries.settle(at: time)
    accounts.insert(tries, for: account)
    return tries.count > Self.perAccount - 1
  }
}
