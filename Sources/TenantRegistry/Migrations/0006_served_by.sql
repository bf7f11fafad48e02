-- Which deployment serves a tenant now, and since when. `isolation` stays what was asked for.

alter table registry.tenants add column served_by text not null default 'shared'
  check (served_by in ('shared', 'dedicated'));

alter table registry.tenants add column served_since timestamptz not null default now();

create or replace view registry.tenant_summaries as
  select t.id, h.name as slug, t.display_name, t.state, t.isolation, t.schema_name,
    t.namespace, t.cell_id, t.time_zone, t.currency, t.registration, t.schema_version,
    t.created_at, t.revision, t.original_request, t.served_by
  from registry.tenants t
  join registry.hosts h on h.tenant_id = t.id and h.kind = 'slug';
