import HTTPSupport
import PostgresClient
import RegistryTestSupport
import Tenancy
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// Installations that share a server, and so a name space of roles.
  @Suite struct InstallationTests {
    /// Why `fixture` cannot be bootstrapped.
    private func refusal(_ fixture: RegistryFixture) async -> String? {
      await #expect(throws: DatabaseBootstrap.NameConflict.self) {
        try await fixture.bootstrap().apply(
          client: fixture.client, superuser: fixture.superuserLogin)
      }?.description
    }

    private func bootstrap(
      _ fixture: RegistryFixture, _ mechanism: IsolationMechanism = .revoke
    ) async throws {
      try await fixture.bootstrap(mechanism).apply(
        client: fixture.client, superuser: fixture.superuserLogin)
    }

    @Test func aSecondDatabaseIsRefusedTheFirstOnesRolesAndNothingIsTouched() async throws {
      try await withRegistry { first in
        try await first.register("acme", isolation: .dedicated)
        let before = try await ServerFootprint(first.superuser)
        let second = try first.neighbour(prefix: "terrace")
        let refusal = try #require(await refusal(second))
        #expect(refusal.contains("terrace_owner is that of the database terrace"))
        #expect(refusal.contains("TERRACE_ROLE_PREFIX"))
        #expect(try await ServerFootprint(first.superuser) == before)
        let databases = try await first.superuser.query(
          "select from pg_database where datname = 'neighbour'")
        #expect(databases.isEmpty)
        #expect(try await DatabaseCheck(first.reader).findings() == [])
        try await bootstrap(first)
      }
    }

    @Test func theSQLThatBootstrapPrintsRefusesAsWell() async throws {
      try await withRegistry { first in
        let second = try first.neighbour(prefix: "terrace")
        _ = try await first.superuser.query("create database neighbour")
        let before = try await ServerFootprint(second.superuser)
        let error = await #expect(throws: PostgresError.self) {
          try await second.superuser.transaction(
            second.bootstrap().statements.map(PostgresQuery.init(unsafeSQL:)))
        }
        #expect(error?.detail.contains("TERRACE_ROLE_PREFIX") == true)
        #expect(try await ServerFootprint(second.superuser) == before)
      }
    }

    @Test func rolesThatSomethingElseOnTheServerHasAreRefused() async throws {
      try await withRegistry(migrated: false) { fixture in
        _ = try await fixture.superuser.query("create role shop_reader login")
        _ = try await fixture.superuser.query("create table public.goods ()")
        _ = try await fixture.superuser.query("grant select on public.goods to shop_reader")
        let refusal = await refusal(try fixture.neighbour(prefix: "shop"))
        #expect(refusal?.contains("shop_reader is that of the database terrace") == true)
      }
    }

    @Test func rightsElsewhereDoNotHinderABootstrapThatIsRunAgain() async throws {
      try await withRegistry { fixture in
        var login = fixture.superuserLogin
        login.database = "postgres"
        let elsewhere = fixture.client.database(login)
        _ = try await elsewhere.query("create table watched ()")
        _ = try await elsewhere.query("grant select on watched to terrace_reader")
        try await bootstrap(fixture)
        #expect(try await DatabaseCheck(fixture.reader).findings() == [])
        _ = try await elsewhere.query("drop table watched")
      }
    }

    @Test func aDatabaseOfAnotherPrefixIsRefusedAndTheCheckNamesTheKey() async throws {
      try await withRegistry { first in
        let second = try first.neighbour(prefix: "home")
        try await bootstrap(second)
        let before = try await ServerFootprint(second.superuser)
        let asStandard = try first.neighbour(prefix: "terrace")
        let refusal = try #require(await refusal(asStandard))
        #expect(refusal.contains("set TERRACE_ROLE_PREFIX to home"))
        #expect(try await ServerFootprint(second.superuser) == before)
        let findings = try await DatabaseCheck(second.reader).findings()
        #expect(findings.count == 1)
        #expect(findings.first?.problem.contains("but to home_owner") == true)
        #expect(findings.first?.remedy == "set TERRACE_ROLE_PREFIX to home")
        #expect(findings.first?.blocksServing == true)
      }
    }

    /// As an older build's bootstrap left it: each of two databases has the roles.
    @Test func whoeverSharesRolesIsToldSoAndAdvisedNothingThatBreaksTheOther() async throws {
      try await withRegistry { first in
        try await first.register("acme")
        let second = try first.neighbour(prefix: "terrace")
        _ = try await first.superuser.query("create database neighbour")
        // All but the refusal.
        _ = try await second.superuser.transaction(
          second.bootstrap().statements.dropFirst().map(PostgresQuery.init(unsafeSQL:)))
        let findings = try await DatabaseCheck(first.reader).findings()
        #expect(findings.count == 1)
        #expect(findings.first?.problem.hasSuffix("of the database neighbour") == true)
        // What is served goes on being served.
        #expect(findings.first?.blocksServing == false)

        _ = try await first.superuser.query("create role terrace_cell_9 login noinherit")
        _ = try await first.superuser.query("grant t_acme to terrace_cell_9")
        _ = try await first.superuser.query("alter role terrace_reader createrole")
        for database in [first.superuser, second.superuser] {
          for finding in try await DatabaseCheck(database).findings() {
            #expect(!finding.remedy.contains("TO terrace_"), "\(finding)")
            for word in ["ALTER ROLE", "REVOKE … FROM", "GRANT", "terrace bootstrap"] {
              #expect(!finding.remedy.contains(word), "\(finding)")
            }
          }
        }
        for fixture in [first, second] {
          #expect(await refusal(fixture)?.contains("is only a copy") == true)
        }
      }
    }

    @Test func aCopyThatGetsAnotherOwnerHindersNobody() async throws {
      try await withRegistry { fixture in
        _ = try await fixture.superuser.query("create database copy owner terrace_owner")
        #expect(await refusal(fixture)?.contains("ALTER DATABASE copy OWNER TO") == true)
        _ = try await fixture.superuser.query("alter database copy owner to current_user")
        try await bootstrap(fixture)
        #expect(try await DatabaseCheck(fixture.reader).findings() == [])
      }
    }

    /// `body` gets two installations on one server, each with a shared tenant acme and a dedicated
    /// one, globex.
    private func withNeighbours(
      _ mechanism: IsolationMechanism,
      _ body:
        @Sendable (RegistryFixture, RegistryFixture) async throws
        -> Void
    ) async throws {
      try await withRegistry(migrated: false) { first in
        try await bootstrap(first, mechanism)
        let second = try first.neighbour(prefix: "home")
        try await bootstrap(second, mechanism)
        for fixture in [first, second] {
          try await fixture.migrate()
          try await fixture.register("acme")
          try await fixture.register("globex", isolation: .dedicated)
        }
        try await body(first, second)
      }
    }

    @Test(arguments: IsolationMechanism.allCases)
    func installationsWithPrefixesOfTheirOwnServeTenantsOfTheSameName(
      mechanism: IsolationMechanism
    ) async throws {
      try await withNeighbours(mechanism) { first, second in
        for fixture in [first, second] {
          for database in [fixture.owner, fixture.reader] {
            #expect(try await DatabaseCheck(database, roles: fixture.roles).findings() == [])
          }
          let directory = fixture.directory()
          try await directory.synchronize()
          for slug in ["acme", "globex"] {
            let record = try #require(directory.tenant(slug: slug))
            _ = try await record.database.query(
              "insert into item (name) values (\(fixture.roles.prefix))")
            let rows = try await record.database.query("select name from item")
            #expect(rows.count == 1)
            #expect(try rows[0].decode(0, as: String.self) == fixture.roles.prefix)
          }
          let globex = try #require(try await fixture.administration.tenant(slug: "globex"))
          let own = fixture.client.database(
            fixture.tenantLogin(globex),
            scope: SessionScope(role: globex.role, schema: globex.schema))
          let check = DatabaseCheck(own, roles: fixture.roles)
          #expect(try await own.query("select name from item").count == 1)
          #expect(try await check.findings() == [])
          // Once more, as after an upgrade.
          try await bootstrap(fixture, mechanism)
        }
        #expect(second.ownerLogin.user == "home_owner")
      }
    }

    @Test(arguments: IsolationMechanism.allCases)
    func noRoleOfOneInstallationReachesTheOther(mechanism: IsolationMechanism) async throws {
      try await withNeighbours(mechanism) { first, second in
        for (fixture, others) in [(first, "^home_"), (second, "^(terrace|t)_")] {
          let roles = try await fixture.superuser.query(
            "select rolname from pg_roles where rolname ~ \(others)")
          #expect(roles.count == 6)
          let reached: [String] = try await fixture.superuser.query(
            """
            select r.rolname || ' ' || what
            from pg_roles r, lateral (
              select 'connects' as what
                where has_database_privilege(r.oid, current_database(), 'connect')
              union all select 'uses ' || nspname from pg_namespace
                where nspname !~ '^(pg_|information_schema$)'
                  and has_schema_privilege(r.oid, oid, 'usage')
              union all select 'has ' || rolname from pg_roles
                where rolname !~ '^pg_' and rolname !~ \(others)
                  and pg_has_role(r.oid, oid, 'member')
              union all select 'reads ' || c.oid::regclass::text from pg_class c
                join pg_namespace n on n.oid = relnamespace
                where nspname !~ '^(pg_|information_schema$)' and relkind in ('r', 'v', 'p')
                  and has_table_privilege(r.oid, c.oid, 'select')) reached
            where r.rolname ~ \(others)
            """
          ).map { try $0.decode(0) }
          #expect(reached == [])
        }
        // As the logins themselves see it.
        var strangers = [second.readerLogin, try second.cellLogin()]
        strangers.append(
          second.tenantLogin(
            try #require(try await second.administration.tenant(slug: "globex"))))
        for var login in strangers {
          login.database = first.ownerLogin.database
          let database = first.client.database(login)
          await #expect(throws: PostgresError.self) { try await database.query("select 1") }
        }
      }
    }

    @Test func whatOneInstallationRemovesIsMissingToTheOtherNowhere() async throws {
      try await withNeighbours(.revoke) { first, second in
        for (mine, other) in [(first, second), (second, first)] {
          let pattern = other.roles == .standard ? "^(terrace|t)_" : "^home_"
          let before = try await ServerFootprint(other.superuser, rolesLike: pattern)
          _ = try await mine.owner.query(
            "delete from registry.sealed_keys where credential is not null")
          _ = try await mine.owner.query("update registry.credentials set revoked_at = now()")
          let dropped = try await DeploymentStore(database: mine.owner).removeRevoked()
          #expect(dropped.count == 1)
          try await bootstrap(mine)
          #expect(
            try await ServerFootprint(other.superuser, rolesLike: pattern) == before)
          #expect(try await DatabaseCheck(other.reader, roles: other.roles).findings() == [])
        }
      }
    }

    @Test func migrationsHaveTheSameChecksumsWhateverTheRolesAreCalled() async throws {
      try await withNeighbours(.revoke) { first, second in
        let ledgers = try await [first, second].asyncMap {
          try await $0.owner.query(
            "select target || number || checksum from registry.migrations order by 1"
          ).map { try $0.decode(0, as: String.self) }
        }
        #expect(ledgers[0] == ledgers[1])
        #expect(ledgers[0].count == RegistryMigrations.all.count + 1)
        let named: [String] = try await second.superuser.query(
          """
          select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
          where case when nspname = 'registry' then pg_get_functiondef(p.oid) end
            ~ 'terrace_(owner|reader)'
          """
        ).map { try $0.decode(0) }
        #expect(named == [])
      }
    }

    @Test func aRoleOfSomebodyElseWithACellsNameIsRefusedAndLeftAlone() async throws {
      try await withRegistry { fixture in
        _ = try await fixture.superuser.query("create role terrace_cell_1 login password 'theirs'")
        let before = try await ServerFootprint(fixture.superuser)
        let problem = try #require(
          await #expect(throws: Problem.self) { try await fixture.register("acme") })
        #expect(problem.type == "name-collision")
        #expect(problem.detail?.contains("TERRACE_ROLE_PREFIX") == true)
        #expect(try await ServerFootprint(fixture.superuser) == before)
      }
    }
  }
}

extension Sequence where Self: Sendable {
  fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
    var results: [T] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
