/// What keeps somebody from signing in, or from changing who has access.
package enum AccessError: Error, Equatable, CaseIterable {
  /// No user has this name and password, or the user is deactivated.
  case wrongCredentials
  /// The password is right, but a code is asked for, and there is none or a wrong one.
  case codeRequired
  /// The user's own password, which is asked for once more.
  case wrongPassword
  /// The tenant takes no new users.
  case registrationClosed
  /// The tenant takes those who are invited.
  case invitationRequired
  /// The token of an invitation or of a password reset is none that was given out, or it was used, or
  /// its time is up.
  case invalidLink
  /// No session has this refresh token.
  case invalidRefreshToken
  /// The refresh token was used before. Its session has ended.
  case refreshTokenReused
  /// The user has a second factor already.
  case totpAlreadyOn
  /// There is no second factor that waits for its first code.
  case totpNotBegun
  /// The first code of a new second factor is wrong.
  case wrongFirstCode
  /// The token may only read.
  case readOnlyToken
  /// A personal token gives nobody access: that takes a session.
  case sessionRequired
  /// Only owners of the tenant may do that.
  case notOwner
  /// The tenant would have no owner.
  case lastOwner
  /// There is no such ledger that the user may invite to.
  case unknownLedger
  /// The user has as many personal tokens as one may have.
  case tooManyTokens
}
