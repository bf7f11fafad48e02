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

/// A user who has just signed in, or goes on with a session.
package struct SignedIn: Sendable {
  package let user: UserProfile
  /// What the access token says.
  package let claims: TokenClaims
  package let refreshToken: RefreshToken
}

/// Registers users of one tenant, and signs them in.
package struct UserAccounts: Sendable {
  private let tenant: Tenant
  private let database: PostgresDatabase
  private let environment: FinanceEnvironment
  private let requester: Requester

  var store: UserStore { UserStore(database: database) }
  private var hasher: PasswordHasher { environment.hasher }
  private var attempts: LoginThrottle { environment.attempts }

  /// - Parameter database: in the tenant's scope.
  package init(
    of tenant: Tenant, in database: PostgresDatabase, _ environment: FinanceEnvironment,
    for requester: Requester
  ) {
    self.tenant = tenant
    self.database = database
    self.environment = environment
    self.requester = requester
  }

  // MARK: Registration

  /// Adds a user, with a ledger in the tenant's currency and time zone.
  ///
  /// - Parameter invitation: the token of one, as it came.
  /// - Returns: the user's id.
  /// - Throws: ``AccessError`` `registrationClosed`, `invitationRequired` or `invalidLink`;
  ///   ``UsernameTaken``; ``TooManyAttempts``; `PasswordHasher.Busy`; `PostgresError`.
  package func register(
    _ credentials: Credentials, invitation text: String? = nil
  ) async throws -> Int64 {
    try await add(credentials, invitation: try await admitted(text))
  }

  /// Adds a user, whatever the tenant's rule is.
  ///
  /// - Throws: ``UsernameTaken``, `PasswordHasher.Busy`, `PostgresError`.
  func add(_ credentials: Credentials, invitation: LinkToken? = nil) async throws -> Int64 {
    // Asked first because hashing is dear; the unique constraint decides in the end.
    guard try await !store.exists(credentials.username) else { throw UsernameTaken() }
    let hash = try await hasher.hash(credentials.password, for: requester)
    return try await store.insert(
      credentials.username, passwordHash: hash, ledger: LedgerSettings(newLedgerOf: tenant),
      invitation: invitation)
  }

  /// Registers a user, and signs them in.
  ///
  /// - Throws: As ``register(_:invitation:)``, and ``AccessError/wrongCredentials`` if the user is gone
  ///   by then.
  package func register(
    _ credentials: Credentials, invitation: String?, on device: Device
  ) async throws -> SignedIn {
    let user = try await register(credentials, invitation: invitation)
    return try await open(TokenClaims(userID: user, epoch: 0), on: device)
  }

  /// Whether somebody may register: by the tenant's rule, and by an invitation if they have one. An
  /// admin's counts even where registration is closed, since a tenant without an owner has nobody to
  /// open it for.
  private func admitted(_ text: String?) async throws -> LinkToken? {
    guard let text else {
      switch tenant.registration {
      case .open: return nil
      case .inviteOnly: throw AccessError.invitationRequired
      case .closed: throw AccessError.registrationClosed
      }
    }
    let invitee: Invitee
    let token = try link(text)
    do {
      invitee = try await token.invitation(in: database)
    } catch AccessError.invalidLink {
      throw wrongSecret(.invalidLink)
    }
    guard tenant.registration != .closed || invitee.isFromAdmin else {
      throw AccessError.registrationClosed
    }
    return token
  }

  // MARK: Sessions

  /// What a token without a session says of the user, or nil if no user has this name and password.
  /// Which of the two is wrong cannot be told by the time that it takes. Whoever has a second factor
  /// gets none, since no code is asked for.
  ///
  /// - Throws: ``TooManyAttempts``, `PasswordHasher.Busy`, `PostgresError`.
  package func logIn(_ credentials: Credentials) async throws -> TokenClaims? {
    let subject = LoginAttempts.Subject(username: credentials.username, requester: requester)
    guard
      let login = try await verified(
        credentials, subject,
        judge: { [attempts] isRight, login in
          try attempts.judge(subject, isRight: isRight && login?.secondFactor == nil)
        }), login.secondFactor == nil
    else { return nil }
    return TokenClaims(userID: login.userID, epoch: login.tokenEpoch)
  }

  /// Opens a session.
  ///
  /// - Parameter code: of the user's authenticator app, or a recovery code.
  /// - Throws: ``AccessError`` `wrongCredentials` or `codeRequired`; ``TooManyAttempts``;
  ///   `PasswordHasher.Busy`; `PostgresError`.
  package func signIn(
    _ credentials: Credentials, code: String?, on device: Device
  ) async throws -> SignedIn {
    let login = try await verified(credentials)
    if login.secondFactor != nil { try await take(code, of: login, credentials.username) }
    return try await open(
      TokenClaims(userID: login.userID, epoch: login.tokenEpoch), on: device)
  }

  /// The user whose name and password these are.
  ///
  /// - Throws: ``AccessError/wrongCredentials``; as ``signIn(_:code:on:)``.
  func verified(_ credentials: Credentials) async throws -> UserStore.Login {
    let subject = LoginAttempts.Subject(username: credentials.username, requester: requester)
    let found = try await verified(
      credentials, subject,
      judge: { [attempts] isRight, login in
        // A right password says nothing yet of who has a second factor.
        if isRight, login?.secondFactor != nil {
          try attempts.admit(subject)
        } else {
          try attempts.judge(subject, isRight: isRight)
        }
      })
    guard let login = found else { throw AccessError.wrongCredentials }
    return login
  }

  /// Takes a code of a user whose password was right.
  ///
  /// - Throws: ``AccessError`` `codeRequired`, or `wrongCredentials` if none is asked for;
  ///   ``TooManyAttempts``; `PostgresError`.
  func take(_ code: String?, of login: UserStore.Login, _ username: Username) async throws {
    guard let factor = login.secondFactor else { throw AccessError.wrongCredentials }
    let subject = LoginAttempts.Subject(username: username, requester: requester)
    try attempts.admit(subject)
    try await SecondFactorCheck(
      database: database, attempts: environment.codeAttempts, now: environment.now
    ).take(code, of: login, factor, subject)
    try attempts.judge(subject, isRight: true)
  }

  /// Goes on with a session, with the next refresh token.
  ///
  /// - Parameters:
  ///   - text: the refresh token, as it came.
  ///   - key: names the request. Sent again with it, it gets the same next token until that is used.
  /// - Returns: the session, and whether the request had come before.
  /// - Throws: ``AccessError`` `invalidRefreshToken` or `refreshTokenReused`; ``TooManyAttempts``;
  ///   `PostgresError`.
  package func refresh(
    _ text: String, once key: String? = nil, on device: Device
  ) async throws -> (signedIn: SignedIn, isReplay: Bool) {
    guard let token = RefreshToken(text) else { throw wrongSecret(.invalidRefreshToken) }
    let renewal: SessionStore.Renewal
    do {
      renewal = try await SessionStore(database: database).renew(token, once: key, on: device)
    } catch AccessError.invalidRefreshToken {
      throw wrongSecret(.invalidRefreshToken)
    }
    guard let user = try await store.profile(of: renewal.claims.userID) else {
      throw AccessError.invalidRefreshToken
    }
    return (
      SignedIn(user: user, claims: renewal.claims, refreshToken: renewal.token), renewal.isReplay
    )
  }

  func open(_ claims: TokenClaims, on device: Device) async throws -> SignedIn {
    guard let opened = try await SessionStore(database: database).open(for: claims, on: device),
      let user = try await store.profile(of: claims.userID)
    else { throw AccessError.wrongCredentials }
    return SignedIn(user: user, claims: opened.claims, refreshToken: opened.token)
  }

  /// The user whose name and password these are, if there is one.
  ///
  /// - Parameter judge: is told whether the password is right, and whose it is.
  private func verified(
    _ credentials: Credentials, _ subject: LoginAttempts.Subject,
    judge: @escaping @Sendable (Bool, UserStore.Login?) throws -> Void
  ) async throws -> UserStore.Login? {
    try attempts.admit(subject)
    let login = try await store.login(of: credentials.username)
    let verdict = try await hasher.verify(
      credentials.password, against: login?.passwordHash, for: requester,
      judge: { isRight in try judge(isRight, login) })
    guard let login, verdict != .wrong else { return nil }
    if verdict == .rightButOutdated {
      // Who has the right password is let in. What fails here is done at the next login.
      try? await rehash(credentials.password, of: login)
    }
    return login
  }

  private func rehash(_ password: Password, of login: UserStore.Login) async throws {
    let hash = try await hasher.hash(password, for: requester)
    try await store.replaceHash(of: login, with: hash)
  }

  // MARK: Password reset

  /// Sets a password by an owner's link. It signs the user out everywhere; a second factor stays.
  ///
  /// - Parameter text: the link's token, as it came.
  /// - Throws: ``AccessError/invalidLink``, ``TooManyAttempts``, `PasswordHasher.Busy`,
  ///   `PostgresError`.
  package func resetPassword(_ text: String, to password: Password) async throws {
    let token = try link(text)
    guard try await token.isPasswordReset(in: database) else { throw wrongSecret(.invalidLink) }
    let hash = try await hasher.hash(password, for: requester)
    try await database.withTransaction { transaction in
      let user = try await token.takePasswordReset(in: transaction)
      try await transaction.query(
        ["update app_user set password_hash = \(hash) where id = \(user)"]
          + UserStore.endAccess(of: user, but: nil))
    }
  }

  // MARK: Guessed secrets

  private func link(_ text: String) throws -> LinkToken {
    guard let token = LinkToken(text) else { throw wrongSecret(.invalidLink) }
    return token
  }

  /// The error of a secret that is none: that of too many attempts, once there were. A right one is
  /// taken however many wrong ones came before it, since nobody guesses 256 bits.
  private func wrongSecret(_ error: AccessError) -> any Error {
    do throws(TooManyAttempts) {
      try attempts.judge(LoginAttempts.Subject(secretsOf: requester), isRight: false)
      return error
    } catch {
      return error
    }
  }
}
