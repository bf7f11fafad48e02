import PostgresClient
import Tenancy

/// Where somebody signs in from.
package struct Device: Sendable {
  /// What the client calls itself.
  let userAgent: String?
  let peer: String

  package init(userAgent: String?, peer: String) {
    self.userAgent = userAgent.map { String($0.withoutLayoutControls.prefix(256)) }
    self.peer = peer
  }
}

/// Opens sessions and keeps them going.
struct SessionStore: Sendable {
  /// A user has so many at most: the one that was used longest ago makes room.
  static let maximum = 50

  /// In the tenant's scope.
  let database: PostgresDatabase

  /// A session that goes on.
  struct Renewal: Sendable {
    let claims: TokenClaims
    let token: RefreshToken
    /// Whether the same request had come before.
    var isReplay = false
  }

  private enum Outcome: Sendable {
    case renewed(Renewal)
    case reused
    case unknown
  }

  /// - Parameter claims: those of a user who has just shown who they are.
  /// - Returns: nil if the user is gone, deactivated or at another epoch by now.
  func open(for claims: TokenClaims, on device: Device) async throws -> Renewal? {
    let (family, secret) = (RandomSecret(), RandomSecret())
    let results = try await database.transaction([
      """
      delete from user_session
      where user_id = \(claims.userID) and (expires_at <= now() or id in (
        select id from user_session where user_id = \(claims.userID)
        order by last_used_at desc, id desc offset \(Self.maximum - 1)))
      """,
      """
      insert into user_session (
        user_id, epoch, family_hash, refresh_hash, user_agent, peer, expires_at)
      select id, token_epoch, \(family.hash)::bytea, \(secret.hash)::bytea, \(device.userAgent),
        \(device.peer), now() + interval '30 days'
      from app_user
      where id = \(claims.userID) and token_epoch = \(claims.epoch) and deactivated_at is null
      returning id
      """,
    ])
    guard let session: Int64 = try results[1].first?.decode(0) else { return nil }
    return Renewal(
      claims: TokenClaims(userID: claims.userID, epoch: claims.epoch, session: session),
      token: RefreshToken(session: session, family: family, secret: secret))
  }

  /// Takes the token, and gives the session the next one.
  ///
  /// - Parameter key: names the request, whose answer may be lost. Sent again with it, it gets the same
  ///   next token, until that is used.
  /// - Throws: ``AccessError`` `refreshTokenReused` if it was taken before, and then the session has
  ///   ended; `invalidRefreshToken` if no session has such a token; `PostgresError`.
  func renew(
    _ token: RefreshToken, once key: String? = nil, on device: Device
  ) async throws -> Renewal {
    let next = token.next(key)
    // What ends a session is committed, and so is no error inside the transaction.
    let outcome = try await database.withTransaction { transaction -> Outcome in
      let found = try await transaction.query(
        """
        select s.family_hash = \(token.family.hash), s.refresh_hash = \(token.secret.hash),
          s.expires_at > now() and s.epoch = u.token_epoch and u.deactivated_at is null,
          u.id, u.token_epoch, s.refresh_hash = \(next.secret.hash)
        from user_session s join app_user u on u.id = s.user_id
        where s.id = \(token.session)
        for update of s
        """)
      guard let row = found.first, try row.decode(0) else { return .unknown }
      let (isCurrent, isLive): (Bool, Bool) = (try row.decode(1), try row.decode(2))
      let isReplay: Bool = try row.decode(5)
      let claims = TokenClaims(
        userID: try row.decode(3), epoch: try row.decode(4), session: token.session)
      if isReplay, isLive {
        return .renewed(Renewal(claims: claims, token: next, isReplay: true))
      }
      guard isCurrent, isLive else {
        try await transaction.query("delete from user_session where id = \(token.session)")
        return isCurrent || isReplay ? .unknown : .reused
      }
      try await transaction.query(
        """
        update user_session set refresh_hash = \(next.secret.hash), last_used_at = now(),
          expires_at = now() + interval '30 days', user_agent = \(device.userAgent),
          peer = \(device.peer)
        where id = \(token.session)
        """)
      return .renewed(Renewal(claims: claims, token: next))
    }
    switch outcome {
    case .renewed(let renewal): return renewal
    case .reused: throw AccessError.refreshTokenReused
    case .unknown: throw AccessError.invalidRefreshToken
    }
  }
}
