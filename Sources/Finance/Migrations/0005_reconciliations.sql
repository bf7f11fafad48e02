-- Accounts are compared with the bank's statements, and pairs of transactions are no transfer where
-- somebody said so.

create table reconciliation (
  id bigint generated always as identity primary key,
  ledger_id bigint not null references ledger,
  account_id bigint not null references account,
  statement_date date not null,
  -- In the account's currency.
  statement_balance bigint not null,
  finished_at timestamptz,
  -- The entries that it locked when it was finished.
  entry_ids bigint[] not null default '{}',
  version bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index reconciliation_account_id_idx on reconciliation (account_id, id);

create table dismissed_transfer (
  ledger_id bigint not null references ledger,
  outgoing_id bigint not null references transaction on delete cascade,
  incoming_id bigint not null references transaction on delete cascade,
  primary key (outgoing_id, incoming_id)
);
