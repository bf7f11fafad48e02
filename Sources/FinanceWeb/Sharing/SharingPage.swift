import Finance
import Foundation
import Hummingbird
import Tenancy

/// Who is in a ledger, what it is called, and the ways to take it along.
struct SharingPage: Sendable {
  struct Person: Sendable {
    let personName: String
    let about: String
    let roleChoices: [Choice]
    /// Where the role is changed, by an owner.
    let changing: String?
    let removing: String?
    let removalText: String
  }

  struct Waiting: Sendable {
    let about: String
    let revoking: String
  }

  struct Export: Sendable {
    let format: String
    let about: String
    let exportLink: String
  }

  let notice: DoneNotice?
  let action: String
  let title: String
  let isOwner: Bool
  var typedLedgerName: String
  var typedZone: String
  let people: [Person]
  /// Users of the tenant who are not in it.
  let strangers: [Choice]
  let canAdd: Bool
  let canInvite: Bool
  let inviteHint: String?
  let roleChoices: [Choice]
  let invitations: [Waiting]
  let exports: [Export]
  let deleting: String?
  /// The link of an invitation that was made just now, which is shown once.
  var freshLink: String?
  var generalFault: String?
  var nameFault: String?
  var zoneFault: String?
  var deletionFault: String?

  private static let longest = 200

  init(_ request: Request, _ visit: LedgerVisit) async throws {
    let (user, words) = (visit.user, visit.words.sharingWords)
    let isTenantOwner = user.profile.role == .owner
    let isOwner = visit.ledger.role == .owner
    async let memberList = MemberStore(visit.database).list(limit: Self.longest)
    let users =
      isTenantOwner && isOwner ? try await TenantUsers(user.database).list(limit: Self.longest) : []
    let waiting =
      isTenantOwner ? try await Invitations(user.database).list(limit: Self.longest) : []
    let members = try await memberList
    notice = DoneNotice(words.done(request.query.text("done")))
    action = visit.link("/sharing")
    title = visit.ledger.name
    self.isOwner = isOwner
    typedLedgerName = visit.ledger.name
    typedZone = visit.ledger.timeZone
    people = members.map { member in
      let isMe = member.userID == user.database.userID
      let name = member.displayName ?? member.username
      return Person(
        personName: isMe ? words.youAre.filled(name) : name,
        about: [
          member.displayName == nil ? nil : member.username, words.role(member.role),
          words.since.filled(visit.locale.date(visit.day(of: member.createdAt))),
        ].compactMap(\.self).joined(separator: " · "),
        roleChoices: Choice.roles(words, chosen: member.role),
        changing: isOwner ? visit.link("/sharing/members/\(member.userID)") : nil,
        removing: isOwner || isMe
          ? visit.link("/sharing/members/\(member.userID)/remove") : nil,
        removalText: isMe ? words.leave : words.removeMember)
    }
    let inside = Set(members.map(\.userID))
    strangers = users.filter { $0.isActive && !inside.contains($0.id) }.map { other in
      Choice(
        value: String(other.id), label: other.displayName ?? other.username, isChosen: false)
    }
    canAdd = !strangers.isEmpty
    let isClosed = user.visit.tenant.tenant.registration == .closed
    canInvite = isOwner && isTenantOwner && !isClosed
    inviteHint = isOwner && !canInvite ? (isClosed ? words.inviteClosed : words.inviteByOwner) : nil
    roleChoices = Choice.roles(words, chosen: .editor)
    invitations = waiting.filter { $0.ledger == visit.ledger.id }.map { invitation in
      Waiting(
        about: [
          invitation.ledgerRole.map(words.role) ?? "",
          words.waitsUntil.filled(visit.locale.date(visit.day(of: invitation.expiresAt))),
        ].joined(separator: " · "),
        revoking: visit.link("/sharing/invitations/\(invitation.id)/revoke"))
    }
    exports = [("CSV", words.exportCSV), ("OFX", words.exportOFX), ("JSON", words.exportJSON)]
      .map { format, about in
        Export(
          format: format, about: about,
          exportLink: visit.link("/export?format=\(format.lowercased())"))
      }
    deleting = isOwner && user.ledgers.count > 1 ? visit.link("/sharing/delete") : nil
  }
}

extension Choice {
  /// What somebody may be in a ledger.
  static func roles(_ words: SharingWords, chosen: LedgerRole) -> [Choice] {
    LedgerRole.allCases.reversed().map { role in
      Choice(value: role.rawValue, label: words.role(role), isChosen: role == chosen)
    }
  }
}
