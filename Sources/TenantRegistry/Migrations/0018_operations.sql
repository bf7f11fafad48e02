-- Work that takes longer than a request: see AdminOperation.

create table registry.operations (
  id uuid primary key,
  number bigint generated always as identity unique,
  kind text not null,
  tenant_id uuid references registry.tenants,
  arguments jsonb not null,
  actor text not null,
  state text not null default 'queued' check (state in
    ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
  done bigint not null default 0,
  total bigint,
  unit text,
  waiting_for text,
  error text,
  is_cancelling boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  run_at timestamptz not null default clock_timestamp(),
  worker uuid,
  heartbeat_at timestamptz,
  check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null))
);

-- One at a time of a kind for each tenant, or for the fleet.
create unique index operations_unfinished_idx on registry.operations (kind, tenant_id)
  nulls not distinct where finished_at is null;

create index operations_run_at_idx on registry.operations (run_at)
  where finished_at is null;

create index operations_tenant_id_idx on registry.operations (tenant_id, number);

create table registry.operation_failures (
  operation_id uuid not null references registry.operations on delete cascade,
  tenant_id uuid not null references registry.tenants,
  error text not null,
  primary key (operation_id, tenant_id)
);
