-- Ledgers, their users and their transactions.

create table ledger (
  id bigint generated always as identity primary key,
  name text not null,
  currency text not null,
  time_zone text not null,
  created_at timestamptz not null default now()
);

create table app_user (
  id bigint generated always as identity primary key,
  username text not null constraint app_user_username_key unique,
  password_hash text not null,
  token_epoch bigint not null default 0,
  default_ledger_id bigint not null references ledger,
  created_at timestamptz not null default now()
);

create table transaction (
  id bigint generated always as identity primary key,
  ledger_id bigint not null references ledger,
  created_by bigint not null references app_user,
  kind text not null check (kind in ('income', 'expense')),
  amount bigint not null check (amount > 0),
  description text,
  occurred_on date not null,
  created_at timestamptz not null default now()
);

create index transaction_ledger_id_occurred_on_idx
  on transaction (ledger_id, occurred_on) include (kind, amount);
