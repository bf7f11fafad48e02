-- What the reader and a dedicated tenant's login may see.

-- A tenant as an admin sees it.
create view registry.tenant_summaries as
  select t.id, h.name as slug, t.display_name, t.state, t.isolation, t.schema_name,
    t.namespace, t.cell_id, t.time_zone, t.currency, t.registration, t.schema_version,
    t.created_at, t.revision, t.original_request
  from registry.tenants t
  join registry.hosts h on h.tenant_id = t.id and h.kind = 'slug';

-- What a dedicated tenant's login may know of the registry: its own row and its own keys.
create view registry.own_tenant with (security_barrier) as
  select t.id, h.name as slug, t.display_name, t.state, t.schema_name, t.time_zone,
    t.currency, t.registration, t.schema_version, t.revision
  from registry.tenants t
  join registry.hosts h on h.tenant_id = t.id and h.kind = 'slug'
  where t.login = session_user;

create view registry.own_signing_keys with (security_barrier) as
  select k.kid, k.state, k.key_version, k.sealed
  from registry.signing_keys k
  join registry.tenants t on t.id = k.tenant_id
  where t.login = session_user and k.family = 'dedicated';

grant usage on schema registry to terrace_reader;

grant select on registry.nodes, registry.cells, registry.tenants, registry.hosts,
  registry.signing_keys, registry.revision, registry.migrations to terrace_reader;

grant execute on function registry.renew_lease(uuid, text, bigint, interval),
  registry.release_lease(uuid) to terrace_reader;
