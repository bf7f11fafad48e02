-- Files that are imported: the file, what is read of it, and which rows an account has had, so that
-- none comes twice.

create table import (
  id bigint generated always as identity primary key,
  ledger_id bigint not null references ledger,
  state text not null check (state in ('reading', 'preview', 'published', 'reverted')),
  -- The account that was named for the file.
  account_id bigint references account,
  -- How the file is read, which accounts it has rows of, and what is to be said of it. Only the code
  -- reads what is in them.
  plan jsonb not null,
  sources jsonb not null default '[]',
  warnings jsonb not null default '[]',
  -- Of a CSV file's header, to find the mapping that somebody chose for such files.
  fingerprint text,
  is_mapping_chosen boolean not null default false,
  creates_categories boolean not null default false,
  rows_read integer not null default 0,
  new_rows integer not null default 0,
  -- Of the new ones, those that may be duplicates.
  possible_rows integer not null default 0,
  duplicate_rows integer not null default 0,
  invalid_rows integer not null default 0,
  -- The change that wrote its transactions.
  published_version bigint,
  created_by bigint not null references app_user,
  version bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index import_ledger_id_idx on import (ledger_id, id);

-- The file, until its rows are published.
create table import_chunk (
  ledger_id bigint not null references ledger,
  import_id bigint not null references import on delete cascade,
  n integer not null,
  bytes bytea not null,
  primary key (import_id, n)
);

create table import_row (
  ledger_id bigint not null references ledger,
  import_id bigint not null references import on delete cascade,
  n integer not null,
  source integer not null,
  line integer not null,
  state text not null check (state in ('new', 'duplicate', 'invalid')),
  -- Whether it may be a duplicate nevertheless.
  possible boolean not null default false,
  reason text,
  -- Null where the state decides: what is new is imported.
  decision text check (decision in ('import', 'skip', 'link')),
  account_id bigint,
  date date,
  amount bigint,
  currency text,
  external_id text,
  transfer_account_id bigint,
  content_key text,
  similarity_key text,
  -- The rest of what the file says.
  details jsonb not null,
  -- What a person wants instead of what the file says.
  category_id bigint,
  payee text,
  memo text,
  -- What it was written as, or may be a duplicate of.
  transaction_id bigint,
  primary key (import_id, n)
);

-- What an account has had from imports. It outlives its transaction.
create table import_identity (
  ledger_id bigint not null references ledger,
  account_id bigint not null,
  -- Of date, amount and text. Equal rows have different places.
  content_key text not null,
  place integer not null,
  external_id text,
  similarity_key text not null,
  date date not null,
  amount bigint not null,
  import_id bigint not null,
  -- Null for a row that somebody did not want.
  transaction_id bigint,
  primary key (ledger_id, account_id, content_key, place)
);

create index import_identity_similarity_key_idx on import_identity (
  ledger_id, account_id, similarity_key);

create index import_identity_transaction_id_idx on import_identity (transaction_id);

alter table transaction add column import_id bigint references import;

create index transaction_import_id_idx on transaction (import_id) where import_id is not null;
