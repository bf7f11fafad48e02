-- What an admin allows one tenant. A column that is NULL leaves it as it is for all.

create table registry.limits (
  tenant_id uuid primary key references registry.tenants,
  connections integer check (connections > 0),
  queue integer check (queue > 0),
  body_bytes integer check (body_bytes > 0)
);

create constraint trigger stamp_revision after insert or update or delete on registry.limits
  deferrable initially deferred for each row when (pg_trigger_depth() = 0)
  execute function registry.stamp_revision();

grant select on registry.limits to terrace_reader;

create or replace view registry.tenant_summaries as
  select t.id, h.name as slug, t.display_name, t.state, t.isolation, t.schema_name,
    t.namespace, t.cell_id, t.time_zone, t.currency, t.registration, t.schema_version,
    t.created_at, t.revision, t.original_request, t.served_by, l.connections, l.queue,
    l.body_bytes
  from registry.tenants t
  join registry.hosts h on h.tenant_id = t.id and h.kind = 'slug'
  left join registry.limits l on l.tenant_id = t.id;

create or replace view registry.own_tenant with (security_barrier) as
  select t.id, t.display_name, t.state, t.isolation, t.served_by, t.schema_name,
    t.namespace, t.cell_id, t.time_zone, t.currency, t.registration, t.schema_version,
    t.revision, l.connections, l.queue, l.body_bytes
  from registry.tenants t
  join registry.credentials c on c.tenant_id = t.id
  left join registry.limits l on l.tenant_id = t.id
  where c.login = session_user and c.revoked_at is null;
