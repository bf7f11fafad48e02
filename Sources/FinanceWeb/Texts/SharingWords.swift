import Finance

/// The texts of ledgers that are shared, and of a tenant's users.
struct SharingWords: Sendable {
  let sharing: String
  let sharingLead: String
  let members: String
  let roleOf: String
  let ledgerOwner: String
  let ledgerEditor: String
  let ledgerViewer: String
  let youAre: String
  let since: String
  let leave: String
  let removeMember: String
  let addMember: String
  let lastOwner: String

  // MARK: Invitations
  let inviteTitle: String
  let inviteLead: String
  let inviteByOwner: String
  let inviteClosed: String
  let makeLink: String
  let linkOnce: String
  let invitationLink: String
  let waiting: String
  let waitsUntil: String
  let takeBack: String

  // MARK: The ledger
  let theLedger: String
  let ledgerName: String
  let ledgerNameBad: String
  let timeZone: String
  let zoneBad: String
  let exportTitle: String
  let exportCSV: String
  let exportOFX: String
  let exportJSON: String
  let deleteLedger: String
  let deleteLedgerLead: String
  let nameToDelete: String
  let isDefault: String
  let newLedger: String
  let newLedgerLead: String
  let makeLedger: String

  // MARK: Users
  let users: String
  let tenantOwner: String
  let tenantMember: String
  let deactivated: String
  let withSecondStep: String
  let invitationsTitle: String
  let inviteUserLead: String
  let rights: String
  let rightsHint: String
  let deactivate: String
  let deactivateHint: String
  let activate: String
  let activateHint: String
  let resetOfUser: String
  let resetOfUserLead: String
  let eraseUser: String
  let eraseUserLead: String
  let usernameToErase: String
  let lastTenantOwner: String

  // MARK: What was done
  let changed: String
  let memberAdded: String
  let memberRemoved: String
  let invitationRevoked: String
  let userErased: String

  func role(_ role: LedgerRole) -> String {
    switch role {
    case .owner: ledgerOwner
    case .editor: ledgerEditor
    case .viewer: ledgerViewer
    }
  }

  func role(_ role: UserRole) -> String {
    switch role {
    case .owner: tenantOwner
    case .member: tenantMember
    }
  }

  /// Nil if the address says nothing of the kind.
  func done(_ name: String) -> String? {
    switch name {
    case "saved": changed
    case "added": memberAdded
    case "removed": memberRemoved
    case "revoked": invitationRevoked
    case "erased": userErased
    default: nil
    }
  }
}
