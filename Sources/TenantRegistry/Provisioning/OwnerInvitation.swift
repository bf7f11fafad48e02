import Foundation
import PostgresClient

/// What an admin hands over to whoever is to be a tenant's owner: it counts once, and the registry
/// keeps nothing of it.
public struct OwnerInvitation: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  /// The secret itself. Whoever asks answers for where it goes.
  public let token: String
  public let expiresAt: Date

  public init(token: String, expiresAt: Date) {
    self.token = token
    self.expiresAt = expiresAt
  }

  public var description: String { "<owner invitation>" }
  public var customMirror: Mirror { Mirror(self, children: ["expiresAt": expiresAt]) }
}

/// Makes invitations, of which only the module that has the users knows what they are.
public struct OwnerInvitationIssuer: Sendable {
  /// An invitation, and the statements that put it into the tenant's schema in place of the one before:
  /// they run as the owner, in a transaction in which names resolve there.
  typealias Issue = (invitation: OwnerInvitation, statements: [PostgresQuery])

  let issue: @Sendable () -> Issue

  public init(
    _ issue: @escaping @Sendable () -> (invitation: OwnerInvitation, statements: [PostgresQuery])
  ) {
    self.issue = issue
  }
}
