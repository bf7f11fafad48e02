-- Which tenants' tables have a row-level security policy, and which servers need one. The comment on
-- the database says whether the registry's own server does.

alter table registry.tenants add column gate_version integer,
  add column gate_digest bytea, add check ((gate_version is null) = (gate_digest is null));

alter table registry.nodes add column is_gated boolean not null default false;

create view registry.known_nodes as
  select id, name, host, port,
    case when host is null then coalesce(shobj_description((select oid from pg_catalog.pg_database
  where datname = current_database()), 'pg_database') = 'terrace: row-level gate', false) else is_gated end as is_gated
  from registry.nodes;

grant select on registry.known_nodes to terrace_reader;
