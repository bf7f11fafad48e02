import PostgresClient
import RegistryTestSupport
import Testing

@testable import TenantRegistry

extension DatabaseTests {
  /// Every privilege that a database with tenants holds, read back from the catalog.
  @Suite struct PrivilegeLedgerTests {
    private func lines(_ fixture: RegistryFixture, _ query: PostgresQuery) async throws -> [String]
    {
      try await fixture.superuser.query(query).map { try $0.decode(0) }
    }

    @Test func nothingIsGrantedToPublic() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme", isolation: .dedicated)
        let grants = try await lines(
          fixture,
          """
          with granted(what, acl) as (
            select 'schema ' || nspname, coalesce(nspacl, acldefault('n', nspowner))
              from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
            union all select 'relation ' || c.oid::regclass,
                coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner))
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where nspname ~ '^(t_|registry$|public$)' and relkind in ('r', 'v', 'S', 'm', 'p')
            union all select 'function ' || p.oid::regprocedure,
                coalesce(proacl, acldefault('f', proowner))
              from pg_proc p join pg_namespace n on n.oid = p.pronamespace
              where nspname ~ '^(t_|registry$|public$)' or proname = 'set_config'
            union all select 'database ' || datname, coalesce(datacl, acldefault('d', datdba))
              from pg_database where datname = current_database()
            union all select 'language ' || lanname, coalesce(lanacl, acldefault('l', lanowner))
              from pg_language where lanname = 'plpgsql'
          )
          select what || ' ' || a.privilege_type from granted, aclexplode(acl) a
          where a.grantee = 0 order by 1
          """)
        #expect(grants == [])
      }
    }

    @Test func aTenantsRoleHasItsDataAndNothingMore() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let grants = try await lines(
          fixture,
          """
          with granted(what, acl) as (
            select 'schema ' || nspname, nspacl from pg_namespace
            union all select oid::regclass::text, relacl from pg_class
            union all select proname, proacl from pg_proc
            union all select datname, datacl from pg_database
          )
          select what || ': '
            || string_agg(a.privilege_type || case when a.is_grantable then '*' else '' end, ' '
              order by a.privilege_type)
          from granted, aclexplode(acl) a where a.grantee = 't_acme'::regrole
          group by what order by 1
          """)
        #expect(
          grants == [
            "schema t_acme: USAGE", "t_acme.item: DELETE INSERT SELECT UPDATE",
            "t_acme.item_id_seq: USAGE",
          ])
      }
    }

    @Test func rolesAreWhatTheyAreMeantToBe() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        try await fixture.register("globex", isolation: .dedicated)
        let roles = try await lines(
          fixture,
          """
          select rolname || case when rolcanlogin then ' login' else '' end
            || case when rolinherit then ' inherit' else '' end
            || case when rolcreaterole then ' createrole' else '' end
            || case when rolsuper or rolcreatedb or rolbypassrls or rolreplication
              then ' dangerous' else '' end
          from pg_roles where rolname ~ '^(t_|terrace_)' order by rolname
          """)
        #expect(
          roles == [
            "t_acme", "t_globex", "terrace_cell_1 login",
            "terrace_owner login inherit createrole", "terrace_reader login",
            "terrace_t_globex login",
          ])
        let members = try await lines(
          fixture,
          """
          select member::regrole || ' in ' || roleid::regrole from pg_auth_members
          where member <> 'terrace_owner'::regrole and roleid::regrole::text !~ '^pg_'
          order by 1
          """)
        #expect(
          members == [
            "terrace_cell_1 in t_acme", "terrace_cell_1 in t_globex",
            "terrace_t_globex in t_globex",
          ])
      }
    }

    @Test func everythingBelongsToTheOwner() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme")
        let owners = try await lines(
          fixture,
          """
          select distinct c.relowner::regrole::text from pg_class c
          join pg_namespace n on n.oid = c.relnamespace
          where n.nspname in ('t_acme', 'registry')
          union select nspowner::regrole::text from pg_namespace
          where nspname in ('t_acme', 'registry')
          """)
        #expect(owners == ["terrace_owner"])
      }
    }

    @Test func onlyLoginsThatSwitchMayExecuteSetConfig() async throws {
      try await withRegistry { fixture in
        try await fixture.register("acme", isolation: .dedicated)
        let grantees = try await lines(
          fixture,
          """
          select a.grantee::regrole::text from pg_proc p, aclexplode(p.proacl) a
          where p.proname = 'set_config' order by 1
          """)
        #expect(grantees == ["postgres", "terrace_cell_1", "terrace_owner", "terrace_t_acme"])
      }
    }
  }
}
