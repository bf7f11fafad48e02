-- Which master keys the registry was made with.

create table registry.master_keys (
  family text not null check (family in ('shared', 'dedicated')),
  version integer not null,
  check_value bytea not null,
  created_at timestamptz not null default now(),
  primary key (family, version)
);

grant select on registry.master_keys to terrace_reader;
