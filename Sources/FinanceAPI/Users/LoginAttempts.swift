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
    var account = accounts.entry(for: subject.account) ?? Tries()
    account.settle(at: time)
    let isSpent = account.count > Self.perAccount - 1
    let allowed = isSpent && !pair.hasLoggedIn ? Self.perStranger : Self.perPeer
    let excess = pair.count - (allowed - 1)
    return excess > 0 ? max(1, Int((excess * Self.seconds).rounded(.up))) : nil
  }

  mutating func fail(_ subject: Subject, at time: Double) {
    let account = Self.counted(accounts.entry(for: subject.account), at: time)
    accounts.insert(account, for: subject.account)
    let pair = Self.counted(pairs.entry(for: subject.pair), at: time)
    pairs.insert(pair, for: subject.pair)
  }

  /// What the peer mistyped is forgotten.
  mutating func succeed(_ subject: Subject, at time: Double) {
    pairs.insert(Tries(count: 0, asOf: time, hasLoggedIn: true), for: subject.pair)
  }

  private static func counted(_ tries: Tries?, at time: Double) -> Tries {
    var tries = tries ?? Tries()
    tries.settle(at: time)
    tries.count += 1
    return tries
  }
}
