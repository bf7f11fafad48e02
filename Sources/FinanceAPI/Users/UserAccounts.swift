import HTTPServer
import HTTPSupport
import Tenancy

/// Registers users of one tenant, and logs them in.
struct UserAccounts: Sendable {
  let tenant: Tenant
  let store: UserStore
  let hasher: PasswordHasher
  let attempts: LoginGuard
  /// Who asks.
  let peer: Peer

  private var requester: PasswordHasher.Requester { .init(tenant: tenant.id, peer: peer) }

  /// Adds a user, with a ledger in the tenant's currency and time zone.
  ///
  /// - Returns: the user's id.
  /// - Throws: ``UsernameTaken``, `PasswordHasher.Busy`, `PostgresError`.
  func register(_ credentials: Credentials) async throws -> Int64 {
    // Asked first because hashing is dear; the unique constraint decides in the end.
    guard try await !store.exists(credentials.username) else { throw UsernameTaken() }
    let hash = try await hasher.hash(credentials.password, for: requester)
    return try await store.insert(
      credentials.username, passwordHash: hash, ledger: LedgerSettings(newLedgerOf: tenant))
  }

  /// What a token of the user says, or nil if no user has this name and password. Which of the two
  /// is wrong cannot be told by the time that it takes.
  ///
  /// - Throws: ``TooManyAttempts``, `PasswordHasher.Busy`, `PostgresError`.
  func logIn(_ credentials: Credentials) async throws -> TokenClaims? {
    let subject = LoginAttempts.Subject(
      tenant: tenant.id, username: credentials.username, peer: peer)
    try attempts.admit(subject)
    let login = try await store.login(of: credentials.username)
    let verdict = try await hasher.verify(
      credentials.password, against: login?.passwordHash, for: requester,
      judge: { [attempts] isRight in try attempts.judge(subject, isRight: isRight) })
    guard let login, verdict != .wrong else { return nil }
    if verdict == .rightButOutdated {
      // Who has the right password is let in. What fails here is done at the next login.
      try? await rehash(credentials.password, of: login)
    }
    return TokenClaims(userID: login.userID, epoch: login.tokenEpoch)
  }

  private func rehash(_ password: Password, of login: UserStore.Login) async throws {
    let hash = try await hasher.hash(password, for: requester)
    try await store.replaceHash(of: login, with: hash)
  }
}
