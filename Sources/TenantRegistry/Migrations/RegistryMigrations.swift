import PostgresClient

/// The history of the registry's own schema, `registry`. All of it belongs to the owner.
///
/// The text names the roles of the standard prefix: see ``DatabaseRoles/naming(_:)``.
enum RegistryMigrations {
  static let all = [
    tables, revisions, leases, grants, masterKeys, servedBy, leaseSessions, credentials, nodes,
    limits, gates, trials, requestLimits, plans, sharedPrivileges, sharedResources,
    leaseCleaning, operations,
  ]

  private static let tables = Migration(
    number: 1, name: "tables",
    statements: [
      "create table registry.nodes (id integer primary key, name text not null unique)",
      "insert into registry.nodes (id, name) values (1, 'primary')",
      """
      create table registry.cells (
        id integer primary key,
        node_id integer not null references registry.nodes,
        login text not null unique,
        key_version integer not null,
        revision bigint not null default 0,
        created_at timestamptz not null default now()
      )
      """,
      """
      create table registry.tenants (
        id uuid primary key,
        display_name text not null,
        state text not null
          check (state in ('provisioning', 'active', 'suspended', 'deleted')),
        isolation text not null check (isolation in ('shared', 'dedicated')),
        schema_name text not null unique,
        namespace text not null unique,
        cell_id integer not null references registry.cells,
        login text unique,
        login_key_version integer,
        time_zone text not null,
        currency text not null,
        registration text not null check (registration in ('open', 'closed')),
        schema_version integer not null,
        original_request jsonb not null,
        revision bigint not null default 0,
        created_at timestamptz not null default now(),
        check ((login is null) = (login_key_version is null))
      )
      """,
      "create index tenants_cell_id_idx on registry.tenants (cell_id)",
      "create index tenants_revision_idx on registry.tenants (revision)",
      "create index tenants_schema_version_idx on registry.tenants (schema_version)",
      """
      create table registry.hosts (
        name text collate "C" primary key,
        kind text not null check (kind in ('slug', 'alias', 'domain')),
        tenant_id uuid not null references registry.tenants,
        created_at timestamptz not null default now()
      )
      """,
      "create index hosts_tenant_id_idx on registry.hosts (tenant_id)",
      """
      create unique index hosts_current_slug_idx on registry.hosts (tenant_id)
        where kind = 'slug'
      """,
      """
      create table registry.signing_keys (
        kid text primary key,
        tenant_id uuid not null references registry.tenants,
        state text not null check (state in ('next', 'active', 'retiring', 'revoked')),
        family text not null check (family in ('shared', 'dedicated')),
        key_version integer not null,
        sealed bytea not null,
        created_at timestamptz not null default now()
      )
      """,
      "create index signing_keys_tenant_id_idx on registry.signing_keys (tenant_id)",
      """
      create unique index signing_keys_active_idx on registry.signing_keys (tenant_id)
        where state = 'active'
      """,
      """
      create table registry.audit_log (
        id bigint generated always as identity primary key,
        at timestamptz not null default now(),
        actor text not null,
        action text not null,
        tenant_id uuid references registry.tenants,
        details jsonb not null
      )
      """,
    ])

  /// Every change takes the one row of `revision` at commit time and keeps it until the commit is
  /// done, so that revisions become visible in their own order.
  private static let revisions = Migration(
    number: 2, name: "revisions",
    statements: [
      """
      create table registry.revision (
        one boolean primary key default true check (one),
        value bigint not null,
        transaction xid8 not null
      )
      """,
      "insert into registry.revision (value, transaction) values (0, '0')",
      """
      create function registry.stamp_revision() returns trigger language plpgsql as $$
      declare
        current bigint;
      begin
        update registry.revision
          set value = value + 1, transaction = pg_current_xact_id()
          where transaction <> pg_current_xact_id()
          returning value into current;
        if found then
          perform pg_notify('\(RegistryChannel.name)', current::text);
        else
          select value into current from registry.revision;
        end if;
        case tg_table_name
          when 'cells' then
            update registry.cells set revision = current where id = new.id;
            if tg_op = 'UPDATE' then
              update registry.tenants set revision = current where cell_id = new.id;
            end if;
          when 'tenants' then
            update registry.tenants set revision = current
              where id = new.id and revision <> current;
          else
            update registry.tenants set revision = current
              where id in (new.tenant_id, old.tenant_id) and revision <> current;
        end case;
        return null;
      end
      $$
      """,
    ] + ["cells", "tenants", "hosts", "signing_keys"].map(revisionTrigger))

  /// The trigger's own updates, at depth 1, are no changes.
  static func revisionTrigger(table: String) -> String {
    let events =
      ["cells", "tenants"].contains(table) ? "insert or update" : "insert or update or delete"
    return """
      create constraint trigger stamp_revision after \(events) on registry.\(table)
        deferrable initially deferred for each row when (pg_trigger_depth() = 0)
        execute function registry.stamp_revision()
      """
  }

  /// A lease's id is known to its gateway alone, which cannot read the table: so none can write
  /// another's.
  private static let leases = Migration(
    number: 3, name: "leases",
    statements: [
      """
      create unlogged table registry.leases (
        id uuid primary key,
        gateway text not null,
        revision bigint not null,
        expires_at timestamptz not null
      )
      """,
      """
      create function registry.renew_lease(
        lease uuid, gateway text, revision bigint, lifetime interval
      ) returns bigint language sql security definer
      begin atomic
        insert into registry.leases as l (id, gateway, revision, expires_at)
          values (
            lease, left(renew_lease.gateway, 200), renew_lease.revision,
            clock_timestamp() + least(lifetime, interval '10 minutes'))
          on conflict (id) do update
            set revision = excluded.revision, expires_at = excluded.expires_at;
        select value from registry.revision;
      end
      """,
      """
      create function registry.release_lease(lease uuid) returns void
        language sql security definer
      begin atomic
        delete from registry.leases where id = lease or expires_at < clock_timestamp();
      end
      """,
    ])

  private static let masterKeys = Migration(
    number: 5, name: "master_keys",
    statements: [
      """
      create table registry.master_keys (
        family text not null check (family in ('shared', 'dedicated')),
        version integer not null,
        check_value bytea not null,
        created_at timestamptz not null default now(),
        primary key (family, version)
      )
      """,
      "grant select on registry.master_keys to terrace_reader",
    ])

  private static let grants = Migration(
    number: 4, name: "views_and_grants",
    statements: [
      // A tenant as an admin sees it. ``TenantStore`` reads its columns by their order.
      """
      create view registry.tenant_summaries as
        select t.id, h.name as slug, t.display_name, t.state, t.isolation, t.schema_name,
          t.namespace, t.cell_id, t.time_zone, t.currency, t.registration, t.schema_version,
          t.created_at, t.revision, t.original_request
        from registry.tenants t
        join registry.hosts h on h.tenant_id = t.id and h.kind = 'slug'
      """,
      // What a dedicated tenant's login may know of the registry: its own row and its own keys.
      """
      create view registry.own_tenant with (security_barrier) as
        select t.id, h.name as slug, t.display_name, t.state, t.schema_name, t.time_zone,
          t.currency, t.registration, t.schema_version, t.revision
        from registry.tenants t
        join registry.hosts h on h.tenant_id = t.id and h.kind = 'slug'
        where t.login = session_user
      """,
      """
      create view registry.own_signing_keys with (security_barrier) as
        select k.kid, k.state, k.key_version, k.sealed
        from registry.signing_keys k
        join registry.tenants t on t.id = k.tenant_id
        where t.login = session_user and k.family = 'dedicated'
      """,
      "grant usage on schema registry to terrace_reader",
      """
      grant select on registry.nodes, registry.cells, registry.tenants, registry.hosts,
        registry.signing_keys, registry.revision, registry.migrations to terrace_reader
      """,
      """
      grant execute on function registry.renew_lease(uuid, text, bigint, interval),
        registry.release_lease(uuid) to terrace_reader
      """,
    ])
}
