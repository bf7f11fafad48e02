import PostgresClient
import Tenancy
import Testing

@testable import TenantRegistry

@Suite struct DatabaseRolesTests {
  @Test(arguments: ["a", "home", "z9", "terrace", "eightchr"])
  func aPrefixOfLettersAndDigitsIsTaken(prefix: String) {
    #expect(DatabaseRoles(prefix: prefix)?.prefix == prefix)
  }

  @Test(arguments: [
    "", "t", "pg", "Home", "9home", "ho_me", "ho-me", "ho me", "ninechars", "hömé", "home\n", "a'b",
  ])
  func anyOtherPrefixIsRefused(prefix: String) {
    #expect(DatabaseRoles(prefix: prefix) == nil)
  }

  @Test func theStandardNamesAreThoseThatDatabasesHave() {
    let roles = DatabaseRoles.standard
    #expect(roles.owner == "terrace_owner")
    #expect(roles.reader == "terrace_reader")
    #expect(roles.cell(3) == "terrace_cell_3")
    #expect(TenantNames(slug: "ac-me", number: 1, roles: roles).schema == "t_ac_me")
    #expect(TenantNames(slug: "acme", number: 2, roles: roles).schema == "t_acme__2")
    #expect(TenantNames.login(schema: "t_acme__2", credential: 1) == "terrace_t_acme__2")
    #expect(TenantNames.login(schema: "t_acme", credential: 3) == "terrace_t_acme__c3")
  }

  /// Every name of an installation that has a tenant with the slug.
  private static func names(_ roles: DatabaseRoles, _ slug: String) -> [String] {
    let schema = TenantNames(slug: slug, number: 1, roles: roles).schema
    return [roles.owner, roles.reader, roles.cell(1), schema]
      + [1, 2].map { TenantNames.login(schema: schema, credential: $0) }
  }

  @Test func noNameOfOneInstallationIsAnothers() throws {
    let all =
      [DatabaseRoles.standard]
      + (try ["home", "homet", "ter", "x"].map { try #require(DatabaseRoles(prefix: $0)) })
    // Slugs that look like other installations' names.
    let slugs = ["acme", "owner", "home-t-acme", "home-owner", "t-acme", "cell-1", "reader"]
    var seen: [String: DatabaseRoles] = [:]
    for roles in all {
      for name in slugs.flatMap({ Self.names(roles, $0) }) {
        #expect(seen[name] ?? roles == roles, "\(name)")
        seen[name] = roles
      }
    }
    for roles in all {
      for slug in slugs {
        #expect(
          DatabaseRoles(ofSchema: TenantNames(slug: slug, number: 1, roles: roles).schema) == roles)
        #expect(Set(Self.names(roles, slug)).count == 6, "\(roles.prefix) \(slug)")
      }
    }
  }

  @Test func postgresCutsNoName() throws {
    let roles = try #require(DatabaseRoles(prefix: "eightchr"))
    let slug = String(repeating: "a", count: Slug.maximumLength)
    let schema = TenantNames(slug: slug, number: 99, roles: roles).schema
    #expect(TenantNames.login(schema: schema, credential: 9999).utf8.count <= 63)
  }
}
