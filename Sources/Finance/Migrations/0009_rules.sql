-- What is done with transactions that are like this, by itself or when somebody asks for it.

create table rule (
  id bigint generated always as identity,
  ledger_id bigint not null references ledger,
  name text not null,
  active boolean not null default true,
  event text not null check (event in ('created', 'imported')),
  match text not null check (match in ('all', 'any')),
  -- Only the code reads what is in them.
  conditions jsonb not null,
  actions jsonb not null,
  -- Rules are applied in this order, then in that of their ids.
  position integer not null,
  version bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (ledger_id, id)
);
