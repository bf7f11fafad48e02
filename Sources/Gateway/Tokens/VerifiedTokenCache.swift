import Crypto
import HTTPSupport
import Synchronization
import Tenancy

/// Tokens whose signature was found good, by tenant and SHA-256 of the token. Bounded: of the
/// tokens that have not been seen for longest, half are forgotten at once.
///
/// An entry holds for one generation of its tenant; whether it has expired, the caller checks.
final class VerifiedTokenCache: Sendable {
  struct Entry: Sendable {
    let claims: TokenClaims
    /// Seconds since 1970.
    let expires: Int64
    let generation: Int64
  }

  struct Key: Hashable, Sendable {
    private let tenant: TenantID
    private let digest: (UInt64, UInt64, UInt64, UInt64)

    init(tenant: TenantID, token: String) {
      self.tenant = tenant
      var hash = SHA256()
      var token = token
      token.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
      digest = hash.finalize().withUnsafeBytes {
        $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
      }
    }

    static func == (left: Key, right: Key) -> Bool {
      left.digest == right.digest && left.tenant == right.tenant
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(digest.0)
    }

    fileprivate var shard: Int { Int(truncatingIfNeeded: digest.1 & 15) }
  }

  private let shards: [Shard]

  /// - Parameter capacity: Tokens that are remembered, at most.
  init(capacity: Int = 65_536) {
    shards = (0..<16).map { _ in Shard(capacity: max(2, capacity / 16)) }
  }

  subscript(key: Key, generation generation: Int64) -> Entry? {
    shards[key.shard].generations.withLock { $0.entry(for: key) }
      .flatMap { $0.generation == generation ? $0 : nil }
  }

  func insert(_ entry: Entry, for key: Key) {
    shards[key.shard].generations.withLock { $0.insert(entry, for: key) }
  }

  /// Entries held, those included that no longer count.
  var count: Int {
    shards.reduce(0) { $0 + $1.generations.withLock(\.count) }
  }

  private final class Shard: Sendable {
    let generations: Mutex<GenerationalCache<Key, Entry>>

    init(capacity: Int) {
      generations = Mutex(GenerationalCache(capacity: capacity))
    }
  }
}
