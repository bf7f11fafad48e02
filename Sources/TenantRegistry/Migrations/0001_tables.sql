-- The registry's own tables. They belong to the owner. The statements name the roles of the standard
-- prefix; an installation with another prefix has them renamed when they run (`DatabaseRoles.naming`).

create table registry.nodes (id integer primary key, name text not null unique);

insert into registry.nodes (id, name) values (1, 'primary');

create table registry.cells (
  id integer primary key,
  node_id integer not null references registry.nodes,
  login text not null unique,
  key_version integer not null,
  revision bigint not null default 0,
  created_at timestamptz not null default now()
);

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
);

create index tenants_cell_id_idx on registry.tenants (cell_id);

create index tenants_revision_idx on registry.tenants (revision);

create index tenants_schema_version_idx on registry.tenants (schema_version);

create table registry.hosts (
  name text collate "C" primary key,
  kind text not null check (kind in ('slug', 'alias', 'domain')),
  tenant_id uuid not null references registry.tenants,
  created_at timestamptz not null default now()
);

create index hosts_tenant_id_idx on registry.hosts (tenant_id);

create unique index hosts_current_slug_idx on registry.hosts (tenant_id)
  where kind = 'slug';

create table registry.signing_keys (
  kid text primary key,
  tenant_id uuid not null references registry.tenants,
  state text not null check (state in ('next', 'active', 'retiring', 'revoked')),
  family text not null check (family in ('shared', 'dedicated')),
  key_version integer not null,
  sealed bytea not null,
  created_at timestamptz not null default now()
);

create index signing_keys_tenant_id_idx on registry.signing_keys (tenant_id);

create unique index signing_keys_active_idx on registry.signing_keys (tenant_id)
  where state = 'active';

create table registry.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  tenant_id uuid references registry.tenants,
  details jsonb not null
);
