import Finance
import Hummingbird
import Tenancy

/// A tenant's users, and the invitations that wait.
struct UsersPage: Sendable {
  struct Line: Sendable {
    let personName: String
    let about: String
    let personLink: String
    let isOff: Bool
  }

  struct Waiting: Sendable {
    let about: String
    let revoking: String
  }

  let notice: DoneNotice?
  let lines: [Line]
  let invitations: [Waiting]
  let hasInvitations: Bool
  let canInvite: Bool
  let userRoleChoices: [Choice]
  /// The link of an invitation that was made just now, which is shown once.
  var freshLink: String?

  private static let longest = 200

  init(_ request: Request, _ user: UserVisit) async throws {
    let words = user.words.sharingWords
    async let users = TenantUsers(user.database).list(limit: Self.longest)
    async let waiting = Invitations(user.database).list(limit: Self.longest)
    notice = DoneNotice(words.done(request.query.text("done")))
    lines = try await users.map { other in
      Line(
        personName: other.displayName ?? other.username, about: other.about(user),
        personLink: user.site.link("/users/\(other.id)"), isOff: !other.isActive)
    }
    let names = Dictionary(uniqueKeysWithValues: user.ledgers.map { ($0.id, $0.name) })
    invitations = try await waiting.map { invitation in
      Waiting(
        about: [
          words.role(invitation.role),
          invitation.ledger.flatMap { names[$0] },
          words.waitsUntil.filled(user.locale.date(user.day(of: invitation.expiresAt))),
        ].compactMap(\.self).joined(separator: " · "),
        revoking: user.site.link("/users/invitations/\(invitation.id)/revoke"))
    }
    hasInvitations = !invitations.isEmpty
    canInvite = user.visit.tenant.tenant.registration != .closed
    userRoleChoices = Choice.roles(words, chosen: .member)
  }
}

/// One of a tenant's users, and what an owner can do about them.
struct UserPage: Sendable {
  let notice: DoneNotice?
  let title: String
  let about: String
  let username: String
  let action: String
  let back: String
  let isActive: Bool
  let userRoleChoices: [Choice]
  /// The link that was made just now to set a password, which is shown once.
  var freshLink: String?
  var generalFault: String?
  var erasureFault: String?

  init(_ other: UserProfile, _ request: Request, _ user: UserVisit) {
    let words = user.words.sharingWords
    notice = DoneNotice(words.done(request.query.text("done")))
    title = other.displayName ?? other.username
    about = other.about(user)
    username = other.username
    action = user.site.link("/users/\(other.id)")
    back = user.site.link("/users")
    isActive = other.isActive
    userRoleChoices = Choice.roles(words, chosen: other.role)
  }
}

extension Choice {
  /// What somebody may be at the tenant.
  fileprivate static func roles(_ words: SharingWords, chosen: UserRole) -> [Choice] {
    [UserRole.member, .owner].map { role in
      Choice(value: role.rawValue, label: words.role(role), isChosen: role == chosen)
    }
  }
}

extension UserProfile {
  fileprivate func about(_ user: UserVisit) -> String {
    let words = user.words.sharingWords
    return [
      displayName == nil ? nil : username, words.role(role),
      isActive ? nil : words.deactivated, hasTOTP ? words.withSecondStep : nil,
      words.since.filled(user.locale.date(user.day(of: createdAt))),
    ].compactMap(\.self).joined(separator: " · ")
  }
}
