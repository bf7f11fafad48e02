import Foundation
import PostgresClient
import Tenancy

/// What a user may do at the tenant.
package enum UserRole: String, Sendable, CaseIterable, PostgresText {
  /// Looks after the tenant's users.
  case owner
  case member
}

/// A user as other people see them.
package struct UserProfile: Sendable, Equatable {
  package let id: Int64
  package let username: String
  package let displayName: String?
  package let locale: String?
  package let role: UserRole
  package let isActive: Bool
  package let hasTOTP: Bool
  package let defaultLedger: Int64
  package let createdAt: Date
  /// Changes with what is shown.
  package let version: Int64

  /// Of a table `app_user u`.
  static let columns: StaticString = """
    u.id, u.username, u.display_name, u.locale, u.role, u.deactivated_at is null,
    u.totp_confirmed_at is not null, u.default_ledger_id, u.created_at, u.version
    """

  /// - Parameter row: begins with ``columns``.
  init(_ row: PostgresRow) throws(PostgresError) {
    id = try row.decode(0)
    username = try row.decode(1)
    displayName = try row.decodeIfPresent(2)
    locale = try row.decodeIfPresent(3)
    role = try row.decode(4)
    isActive = try row.decode(5)
    hasTOTP = try row.decode(6)
    defaultLedger = try row.decode(7)
    createdAt = try row.decode(8)
    version = try row.decode(9)
  }
}

/// An enumeration that columns hold by its names.
package protocol PostgresText: RawRepresentable<String>, PostgresDecodable, PostgresEncodable {}

extension PostgresText {
  package init?(postgresText text: UnsafeBufferPointer<UInt8>) {
    self.init(rawValue: String(decoding: text, as: UTF8.self))
  }

  package var postgresText: String { rawValue }
}

/// What a user calls themselves: a line of at most 200 characters, of which one is to be seen.
package struct DisplayName: Sendable {
  package static let maximumLength = 200

  let text: String

  /// - Throws: ``InvalidText``.
  package init(_ text: String) throws(InvalidText) {
    let characters = text.unicodeScalars
    guard characters.count <= Self.maximumLength else {
      throw .tooLong(maximum: Self.maximumLength, unit: "characters")
    }
    if let control = characters.first(where: \.isLayoutControl) { throw .forbidden(control) }
    guard characters.contains(where: \.isVisible) else { throw .empty }
    self.text = text
  }
}

/// The language, and what else it depends on how people write, as a tag (RFC 5646), such as `de-CH`.
package struct LocaleTag: Sendable {
  /// The text is no tag.
  package struct Malformed: Error {}

  let text: String

  package init(_ text: String) throws(Malformed) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let letters = "abcdefghijklmnopqrstuvwxyz".utf8
    let isTag =
      text.utf8.count <= 35
      && parts.enumerated().allSatisfy { index, part in
        let bytes = part.lowercased().utf8
        guard index > 0 else {
          return (2...8).contains(bytes.count) && bytes.allSatisfy(letters.contains)
        }
        return (1...8).contains(bytes.count)
          && bytes.allSatisfy { letters.contains($0) || (0x30...0x39).contains($0) }
      }
    guard isTag else { throw Malformed() }
    self.text = text
  }
}
