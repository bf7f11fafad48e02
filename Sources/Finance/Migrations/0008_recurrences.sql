-- What recurs: a transaction without a date, and when it is due.

create table recurrence (
  id bigint generated always as identity,
  ledger_id bigint not null references ledger,
  -- Only the code reads what is in it.
  template jsonb not null,
  unit text not null check (unit in ('day', 'week', 'month', 'year')),
  every integer not null check (every > 0),
  anchor_date date not null,
  weekend text not null check (weekend in ('keep', 'before', 'after')),
  until date,
  active boolean not null default true,
  version bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (ledger_id, id)
);

-- What became of the occurrences that are neither open nor to come. Each is known by its due date.
create table occurrence (
  ledger_id bigint not null,
  recurrence_id bigint not null,
  due_date date not null,
  state text not null check (state in ('recorded', 'skipped')),
  -- One that was deleted leaves the occurrence open.
  transaction_id bigint references transaction,
  primary key (ledger_id, recurrence_id, due_date),
  foreign key (ledger_id, recurrence_id) references recurrence (ledger_id, id),
  constraint occurrence_transaction_check check ((state = 'recorded') = (transaction_id is not null))
);

alter table transaction add column recurrence_id bigint;

alter table transaction add foreign key (ledger_id, recurrence_id)
  references recurrence (ledger_id, id);

create index transaction_recurrence_id_idx on transaction (recurrence_id) where recurrence_id is not null;
