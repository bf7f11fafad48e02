-- What a new tenant's schema is made by: the whole history in one go.
-- scripts/write-baseline wrote it, and a test compares it with the history.

create table ledger (
  id bigint generated always as identity,
  name text not null,
  currency text not null,
  time_zone text not null,
  created_at timestamp with time zone default now() not null,
  change_number bigint default 1 not null,
  version bigint default 1 not null,
  updated_at timestamp with time zone default now() not null,
  constraint ledger_pkey PRIMARY KEY (id)
);

create table app_user (
  id bigint generated always as identity,
  username text not null,
  password_hash text not null,
  token_epoch bigint default 0 not null,
  default_ledger_id bigint not null,
  created_at timestamp with time zone default now() not null,
  username_canonical text,
  role text default 'member'::text not null,
  version bigint default 1 not null,
  display_name text,
  locale text,
  deactivated_at timestamp with time zone,
  erased_at timestamp with time zone,
  totp_secret bytea,
  totp_confirmed_at timestamp with time zone,
  totp_last_step bigint,
  recovery_hashes text[],
  constraint app_user_pkey PRIMARY KEY (id),
  constraint app_user_username_key UNIQUE (username),
  constraint app_user_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'member'::text])))
);

create table ledger_member (
  ledger_id bigint not null,
  user_id bigint not null,
  role text not null,
  created_at timestamp with time zone default now() not null,
  constraint ledger_member_pkey PRIMARY KEY (ledger_id, user_id),
  constraint ledger_member_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'editor'::text, 'viewer'::text])))
);

create table account (
  id bigint generated always as identity,
  ledger_id bigint not null,
  kind text not null,
  type text,
  name text not null,
  currency text not null,
  parent_id bigint,
  note text default ''::text not null,
  opened_on date,
  closed_on date,
  archived boolean default false not null,
  version bigint not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint account_pkey PRIMARY KEY (id),
  constraint account_ledger_id_id_currency_key UNIQUE (ledger_id, id, currency),
  constraint account_currency_check CHECK (((kind = ANY (ARRAY['asset'::text, 'liability'::text])) = (currency <> 'XXX'::text))),
  constraint account_parent_check CHECK (((parent_id IS NULL) OR ((kind = ANY (ARRAY['income'::text, 'expense'::text])) AND (type IS NULL)))),
  constraint account_type_check CHECK (
CASE kind
    WHEN 'asset'::text THEN ((type IS NOT NULL) AND (type = ANY (ARRAY['checking'::text, 'savings'::text, 'cash'::text, 'investment'::text, 'asset'::text])))
    WHEN 'liability'::text THEN ((type IS NOT NULL) AND (type = ANY (ARRAY['credit_card'::text, 'loan'::text, 'liability'::text])))
    WHEN 'equity'::text THEN ((type IS NOT NULL) AND (type = ANY (ARRAY['opening'::text, 'transit'::text, 'exchange'::text])))
    WHEN 'income'::text THEN ((type IS NULL) OR (type = 'uncategorized'::text))
    WHEN 'expense'::text THEN ((type IS NULL) OR (type = 'uncategorized'::text))
    ELSE false
END)
);

create table payee (
  id bigint generated always as identity,
  ledger_id bigint not null,
  name text not null,
  name_key text not null,
  version bigint not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint payee_pkey PRIMARY KEY (id),
  constraint payee_ledger_id_name_key_key UNIQUE (ledger_id, name_key)
);

create table tag (
  id bigint generated always as identity,
  ledger_id bigint not null,
  name text not null,
  name_key text not null,
  version bigint not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint tag_pkey PRIMARY KEY (id),
  constraint tag_ledger_id_name_key_key UNIQUE (ledger_id, name_key)
);

create table transaction (
  id bigint generated always as identity,
  ledger_id bigint not null,
  is_opening boolean default false not null,
  account_id bigint not null,
  date date not null,
  amount bigint not null,
  currency text not null,
  payee_id bigint,
  memo text default ''::text not null,
  status text not null,
  tag_ids bigint[] default '{}'::bigint[] not null,
  external_id text,
  search tsvector not null,
  created_by bigint not null,
  version bigint not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  deleted_at timestamp with time zone,
  recurrence_id bigint,
  import_id bigint,
  constraint transaction_pkey PRIMARY KEY (id),
  constraint transaction_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'cleared'::text, 'reconciled'::text])))
);

create table entry (
  id bigint generated always as identity,
  ledger_id bigint not null,
  transaction_id bigint not null,
  part integer not null,
  date date not null,
  from_account bigint not null,
  from_currency text not null,
  to_account bigint not null,
  to_currency text not null,
  currency text not null,
  amount bigint not null,
  from_status text not null,
  to_status text not null,
  memo text default ''::text not null,
  deleted boolean default false not null,
  constraint entry_pkey PRIMARY KEY (id),
  constraint entry_accounts_check CHECK ((from_account <> to_account)),
  constraint entry_amount_check CHECK ((amount > 0)),
  constraint entry_currency_check CHECK (((currency <> 'XXX'::text) AND ((from_currency = currency) OR (from_currency = 'XXX'::text)) AND ((to_currency = currency) OR (to_currency = 'XXX'::text)))),
  constraint entry_from_status_check CHECK ((from_status = ANY (ARRAY['pending'::text, 'cleared'::text, 'reconciled'::text]))),
  constraint entry_to_status_check CHECK ((to_status = ANY (ARRAY['pending'::text, 'cleared'::text, 'reconciled'::text])))
);

create table account_month (
  ledger_id bigint not null,
  account_id bigint not null,
  currency text not null,
  month date not null,
  inflow numeric not null,
  outflow numeric not null,
  cleared_inflow numeric not null,
  cleared_outflow numeric not null,
  constraint account_month_pkey PRIMARY KEY (ledger_id, account_id, currency, month)
);

create table deletion (
  ledger_id bigint not null,
  version bigint not null,
  type text not null,
  object_id bigint not null,
  constraint deletion_pkey PRIMARY KEY (ledger_id, version, type, object_id)
);

create table idempotency_key (
  user_id bigint not null,
  key text not null,
  request_hash bytea not null,
  status integer,
  headers text,
  body text,
  created_at timestamp with time zone default now() not null,
  constraint idempotency_key_pkey PRIMARY KEY (user_id, key)
);

create table user_session (
  id bigint generated always as identity,
  user_id bigint not null,
  epoch bigint not null,
  family_hash bytea not null,
  refresh_hash bytea not null,
  user_agent text,
  peer text not null,
  created_at timestamp with time zone default now() not null,
  last_used_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  constraint user_session_pkey PRIMARY KEY (id)
);

create table personal_token (
  id bigint generated always as identity,
  user_id bigint not null,
  name text not null,
  scope text not null,
  token_hash bytea not null,
  created_at timestamp with time zone default now() not null,
  last_used_at timestamp with time zone,
  expires_at timestamp with time zone,
  constraint personal_token_pkey PRIMARY KEY (id),
  constraint personal_token_user_id_token_hash_key UNIQUE (user_id, token_hash),
  constraint personal_token_scope_check CHECK ((scope = ANY (ARRAY['read'::text, 'write'::text])))
);

create table one_time_link (
  id bigint generated always as identity,
  purpose text not null,
  token_hash bytea not null,
  user_id bigint,
  role text,
  ledger_id bigint,
  ledger_role text,
  created_by bigint,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  constraint one_time_link_pkey PRIMARY KEY (id),
  constraint one_time_link_token_hash_key UNIQUE (token_hash),
  constraint one_time_link_ledger_role_check CHECK ((ledger_role = ANY (ARRAY['owner'::text, 'editor'::text, 'viewer'::text]))),
  constraint one_time_link_purpose_check CHECK ((purpose = ANY (ARRAY['invitation'::text, 'password-reset'::text]))),
  constraint one_time_link_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'member'::text])))
);

create table reconciliation (
  id bigint generated always as identity,
  ledger_id bigint not null,
  account_id bigint not null,
  statement_date date not null,
  statement_balance bigint not null,
  finished_at timestamp with time zone,
  entry_ids bigint[] default '{}'::bigint[] not null,
  version bigint not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint reconciliation_pkey PRIMARY KEY (id)
);

create table dismissed_transfer (
  ledger_id bigint not null,
  outgoing_id bigint not null,
  incoming_id bigint not null,
  constraint dismissed_transfer_pkey PRIMARY KEY (outgoing_id, incoming_id)
);

create table rate (
  ledger_id bigint not null,
  from_currency text not null,
  to_currency text not null,
  date date not null,
  rate numeric not null,
  version bigint not null,
  id bigint generated always as identity,
  constraint rate_pkey PRIMARY KEY (ledger_id, from_currency, to_currency, date),
  constraint rate_currencies_check CHECK ((from_currency <> to_currency)),
  constraint rate_rate_check CHECK ((rate > (0)::numeric))
);

create table budget (
  ledger_id bigint not null,
  category_id bigint not null,
  month date not null,
  assigned bigint not null,
  rollover text,
  version bigint not null,
  id bigint generated always as identity,
  constraint budget_pkey PRIMARY KEY (ledger_id, category_id, month),
  constraint budget_rollover_check CHECK ((rollover = ANY (ARRAY['none'::text, 'surplus'::text, 'all'::text])))
);

create table recurrence (
  id bigint generated always as identity,
  ledger_id bigint not null,
  template jsonb not null,
  unit text not null,
  every integer not null,
  anchor_date date not null,
  weekend text not null,
  until date,
  active boolean default true not null,
  version bigint not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint recurrence_pkey PRIMARY KEY (ledger_id, id),
  constraint recurrence_every_check CHECK ((every > 0)),
  constraint recurrence_unit_check CHECK ((unit = ANY (ARRAY['day'::text, 'week'::text, 'month'::text, 'year'::text]))),
  constraint recurrence_weekend_check CHECK ((weekend = ANY (ARRAY['keep'::text, 'before'::text, 'after'::text])))
);

create table occurrence (
  ledger_id bigint not null,
  recurrence_id bigint not null,
  due_date date not null,
  state text not null,
  transaction_id bigint,
  constraint occurrence_pkey PRIMARY KEY (ledger_id, recurrence_id, due_date),
  constraint occurrence_state_check CHECK ((state = ANY (ARRAY['recorded'::text, 'skipped'::text]))),
  constraint occurrence_transaction_check CHECK (((state = 'recorded'::text) = (transaction_id IS NOT NULL)))
);

create table rule (
  id bigint generated always as identity,
  ledger_id bigint not null,
  name text not null,
  active boolean default true not null,
  event text not null,
  match text not null,
  conditions jsonb not null,
  actions jsonb not null,
  "position" integer not null,
  version bigint not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint rule_pkey PRIMARY KEY (ledger_id, id),
  constraint rule_event_check CHECK ((event = ANY (ARRAY['created'::text, 'imported'::text]))),
  constraint rule_match_check CHECK ((match = ANY (ARRAY['all'::text, 'any'::text])))
);

create table import (
  id bigint generated always as identity,
  ledger_id bigint not null,
  state text not null,
  account_id bigint,
  plan jsonb not null,
  sources jsonb default '[]'::jsonb not null,
  warnings jsonb default '[]'::jsonb not null,
  fingerprint text,
  is_mapping_chosen boolean default false not null,
  creates_categories boolean default false not null,
  rows_read integer default 0 not null,
  new_rows integer default 0 not null,
  possible_rows integer default 0 not null,
  duplicate_rows integer default 0 not null,
  invalid_rows integer default 0 not null,
  published_version bigint,
  created_by bigint not null,
  version bigint not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  contents jsonb,
  constraint import_pkey PRIMARY KEY (id),
  constraint import_state_check CHECK ((state = ANY (ARRAY['reading'::text, 'preview'::text, 'published'::text, 'reverted'::text])))
);

create table import_chunk (
  ledger_id bigint not null,
  import_id bigint not null,
  n integer not null,
  bytes bytea not null,
  constraint import_chunk_pkey PRIMARY KEY (import_id, n)
);

create table import_row (
  ledger_id bigint not null,
  import_id bigint not null,
  n integer not null,
  source integer not null,
  line integer not null,
  state text not null,
  possible boolean default false not null,
  reason text,
  decision text,
  account_id bigint,
  date date,
  amount bigint,
  currency text,
  external_id text,
  transfer_account_id bigint,
  content_key text,
  similarity_key text,
  details jsonb not null,
  category_id bigint,
  payee text,
  memo text,
  transaction_id bigint,
  constraint import_row_pkey PRIMARY KEY (import_id, n),
  constraint import_row_decision_check CHECK ((decision = ANY (ARRAY['import'::text, 'skip'::text, 'link'::text]))),
  constraint import_row_state_check CHECK ((state = ANY (ARRAY['new'::text, 'duplicate'::text, 'invalid'::text])))
);

create table import_identity (
  ledger_id bigint not null,
  account_id bigint not null,
  content_key text not null,
  place integer not null,
  external_id text,
  similarity_key text not null,
  date date not null,
  amount bigint not null,
  import_id bigint not null,
  transaction_id bigint,
  constraint import_identity_pkey PRIMARY KEY (ledger_id, account_id, content_key, place)
);

alter table app_user add constraint app_user_default_ledger_id_fkey
  FOREIGN KEY (default_ledger_id) REFERENCES ledger(id);

alter table ledger_member add constraint ledger_member_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table ledger_member add constraint ledger_member_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES app_user(id);

alter table account add constraint account_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table account add constraint account_ledger_id_parent_id_currency_fkey
  FOREIGN KEY (ledger_id, parent_id, currency) REFERENCES account(ledger_id, id, currency);

alter table payee add constraint payee_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table tag add constraint tag_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table transaction add constraint transaction_created_by_fkey1
  FOREIGN KEY (created_by) REFERENCES app_user(id);

alter table transaction add constraint transaction_import_id_fkey
  FOREIGN KEY (import_id) REFERENCES import(id);

alter table transaction add constraint transaction_ledger_id_account_id_currency_fkey
  FOREIGN KEY (ledger_id, account_id, currency) REFERENCES account(ledger_id, id, currency);

alter table transaction add constraint transaction_ledger_id_fkey1
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table transaction add constraint transaction_ledger_id_recurrence_id_fkey
  FOREIGN KEY (ledger_id, recurrence_id) REFERENCES recurrence(ledger_id, id);

alter table transaction add constraint transaction_payee_id_fkey
  FOREIGN KEY (payee_id) REFERENCES payee(id);

alter table entry add constraint entry_ledger_id_from_account_from_currency_fkey
  FOREIGN KEY (ledger_id, from_account, from_currency) REFERENCES account(ledger_id, id, currency);

alter table entry add constraint entry_ledger_id_to_account_to_currency_fkey
  FOREIGN KEY (ledger_id, to_account, to_currency) REFERENCES account(ledger_id, id, currency);

alter table entry add constraint entry_transaction_id_fkey
  FOREIGN KEY (transaction_id) REFERENCES transaction(id);

alter table deletion add constraint deletion_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table idempotency_key add constraint idempotency_key_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES app_user(id);

alter table user_session add constraint user_session_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES app_user(id);

alter table personal_token add constraint personal_token_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES app_user(id);

alter table one_time_link add constraint one_time_link_created_by_fkey
  FOREIGN KEY (created_by) REFERENCES app_user(id);

alter table one_time_link add constraint one_time_link_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table one_time_link add constraint one_time_link_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES app_user(id);

alter table reconciliation add constraint reconciliation_account_id_fkey
  FOREIGN KEY (account_id) REFERENCES account(id);

alter table reconciliation add constraint reconciliation_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table dismissed_transfer add constraint dismissed_transfer_incoming_id_fkey
  FOREIGN KEY (incoming_id) REFERENCES transaction(id) ON DELETE CASCADE;

alter table dismissed_transfer add constraint dismissed_transfer_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table dismissed_transfer add constraint dismissed_transfer_outgoing_id_fkey
  FOREIGN KEY (outgoing_id) REFERENCES transaction(id) ON DELETE CASCADE;

alter table rate add constraint rate_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table budget add constraint budget_category_id_fkey
  FOREIGN KEY (category_id) REFERENCES account(id) ON DELETE CASCADE;

alter table budget add constraint budget_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table recurrence add constraint recurrence_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table occurrence add constraint occurrence_ledger_id_recurrence_id_fkey
  FOREIGN KEY (ledger_id, recurrence_id) REFERENCES recurrence(ledger_id, id);

alter table occurrence add constraint occurrence_transaction_id_fkey
  FOREIGN KEY (transaction_id) REFERENCES transaction(id);

alter table rule add constraint rule_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table import add constraint import_account_id_fkey
  FOREIGN KEY (account_id) REFERENCES account(id);

alter table import add constraint import_created_by_fkey
  FOREIGN KEY (created_by) REFERENCES app_user(id);

alter table import add constraint import_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table import_chunk add constraint import_chunk_import_id_fkey
  FOREIGN KEY (import_id) REFERENCES import(id) ON DELETE CASCADE;

alter table import_chunk add constraint import_chunk_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table import_row add constraint import_row_import_id_fkey
  FOREIGN KEY (import_id) REFERENCES import(id) ON DELETE CASCADE;

alter table import_row add constraint import_row_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

alter table import_identity add constraint import_identity_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

CREATE INDEX app_user_username_canonical_idx ON app_user USING btree (username_canonical);

CREATE INDEX ledger_member_user_id_idx ON ledger_member USING btree (user_id);

CREATE UNIQUE INDEX account_own_key ON account USING btree (ledger_id, kind, type) WHERE (type = ANY (ARRAY['opening'::text, 'transit'::text, 'exchange'::text, 'uncategorized'::text]));

CREATE INDEX transaction_deleted_idx ON transaction USING btree (ledger_id, date, id) WHERE (deleted_at IS NOT NULL);

CREATE UNIQUE INDEX transaction_external_id_key ON transaction USING btree (account_id, external_id) WHERE ((external_id IS NOT NULL) AND (deleted_at IS NULL));

CREATE INDEX transaction_import_id_idx ON transaction USING btree (import_id) WHERE (import_id IS NOT NULL);

CREATE INDEX transaction_ledger_id_amount_id_idx ON transaction USING btree (ledger_id, amount, id) WHERE ((deleted_at IS NULL) AND (NOT is_opening));

CREATE INDEX transaction_ledger_id_date_id_idx ON transaction USING btree (ledger_id, date, id) WHERE ((deleted_at IS NULL) AND (NOT is_opening));

CREATE INDEX transaction_ledger_id_version_id_idx ON transaction USING btree (ledger_id, version, id);

CREATE UNIQUE INDEX transaction_opening_key ON transaction USING btree (account_id) WHERE is_opening;

CREATE INDEX transaction_payee_id_idx ON transaction USING btree (payee_id, date, id) WHERE (payee_id IS NOT NULL);

CREATE INDEX transaction_pending_idx ON transaction USING btree (ledger_id, date, id) WHERE ((status = 'pending'::text) AND (deleted_at IS NULL) AND (NOT is_opening));

CREATE INDEX transaction_recurrence_id_idx ON transaction USING btree (recurrence_id) WHERE (recurrence_id IS NOT NULL);

CREATE INDEX transaction_search_idx ON transaction USING gin (search);

CREATE INDEX transaction_tag_ids_idx ON transaction USING gin (tag_ids);

CREATE INDEX entry_from_account_idx ON entry USING btree (from_account, date, transaction_id) WHERE (NOT deleted);

CREATE INDEX entry_to_account_idx ON entry USING btree (to_account, date, transaction_id) WHERE (NOT deleted);

CREATE INDEX entry_transaction_id_idx ON entry USING btree (transaction_id, part, id);

CREATE INDEX account_month_ledger_id_month_idx ON account_month USING btree (ledger_id, month);

CREATE INDEX user_session_user_id_idx ON user_session USING btree (user_id);

CREATE INDEX reconciliation_account_id_idx ON reconciliation USING btree (account_id, id);

CREATE INDEX import_ledger_id_idx ON import USING btree (ledger_id, id);

CREATE INDEX import_identity_similarity_key_idx ON import_identity USING btree (ledger_id, account_id, similarity_key);

CREATE INDEX import_identity_transaction_id_idx ON import_identity USING btree (transaction_id);
