import PostgresClient
import Tenancy

/// What a user registers and logs in with.
package struct Credentials: Sendable {
  let username: Username
  let password: Password

  package init(username: Username, password: Password) {
    self.username = username
    self.password = password
  }
}

/// Who asks: a host of a site, at a tenant. Guesses and places in the queue for hashing are counted
/// by these.
package struct Requester: Hashable, Sendable {
  let tenant: TenantID
  /// An address, or the network that one host may take its addresses from.
  let host: String
  /// The network that one customer has; the host if none is known.
  let site: String

  package init(tenant: TenantID, host: String, site: String) {
    self.tenant = tenant
    self.host = host
    self.site = site
  }
}

/// Registers users of one tenant, and logs them in.
package struct UserAccounts: Sendable {
  private let tenant: Tenant
  private let store: UserStore
  private let hasher: PasswordHasher
  private let attempts: LoginThrottle
  private let requester: Requester

  /// - Parameter database: in the tenant's scope.
  package init(
    of tenant: Tenant, in database: PostgresDatabase, _ environment: FinanceEnvironment,
    for requester: Requester
  ) {
    self.tenant = tenant
    store = UserStore(database: database)
    hasher = environment.hasher
    attempts = environment.attempts
    self.requester = requester
  }

  /// Adds a user, with a ledger in the tenant's currency and time zone.
  ///
  /// - Returns: the user's id.
  /// - Throws: ``UsernameTaken``, `PasswordHasher.Busy`, `PostgresError`.
  package func register(_ credentials: Credentials) async throws -> Int64 {
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
  package func logIn(_ credentials: Credentials) async throws -> TokenClaims? {
    let subject = LoginAttempts.Subject(username: credentials.username, requester: requester)
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
