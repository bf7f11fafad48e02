-- How many requests per second an admin allows one tenant.

alter table registry.limits
  add column requests_per_second integer check (requests_per_second > 0);

create or replace view registry.tenant_summaries as
  select t.id, h.name as slug, t.display_name, t.state, t.isolation, t.schema_name,
    t.namespace, t.cell_id, t.time_zone, t.currency, t.registration, t.schema_version,
    t.created_at, t.revision, t.original_request, t.served_by, l.connections, l.queue,
    l.body_bytes, l.requests_per_second
  from registry.tenants t
  join registry.hosts h on h.tenant_id = t.id and h.kind = 'slug'
  left join registry.limits l on l.tenant_id = t.id;

create or replace view registry.own_tenant with (security_barrier) as
  select t.id, t.display_name, t.state, t.isolation, t.served_by, t.schema_name,
    t.namespace, t.cell_id, t.time_zone, t.currency, t.registration, t.schema_version,
    t.revision, l.connections, l.queue, l.body_bytes, l.requests_per_second
  from registry.tenants t
  join registry.credentials c on c.tenant_id = t.id
  left join registry.limits l on l.tenant_id = t.id
  where c.login = session_user and c.revoked_at is null;
