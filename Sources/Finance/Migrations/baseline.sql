-- What a new tenant's schema is made by: the whole history in one go.
-- scripts/write-baseline wrote it, and a test compares it with the history.

create table ledger (
  id bigint generated always as identity,
  name text not null,
  currency text not null,
  time_zone text not null,
  created_at timestamp with time zone default now() not null,
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
  constraint app_user_pkey PRIMARY KEY (id),
  constraint app_user_username_key UNIQUE (username)
);

create table transaction (
  id bigint generated always as identity,
  ledger_id bigint not null,
  created_by bigint not null,
  kind text not null,
  amount bigint not null,
  description text,
  occurred_on date not null,
  created_at timestamp with time zone default now() not null,
  constraint transaction_pkey PRIMARY KEY (id),
  constraint transaction_amount_check CHECK ((amount > 0)),
  constraint transaction_kind_check CHECK ((kind = ANY (ARRAY['income'::text, 'expense'::text])))
);

alter table app_user add constraint app_user_default_ledger_id_fkey
  FOREIGN KEY (default_ledger_id) REFERENCES ledger(id);

alter table transaction add constraint transaction_created_by_fkey
  FOREIGN KEY (created_by) REFERENCES app_user(id);

alter table transaction add constraint transaction_ledger_id_fkey
  FOREIGN KEY (ledger_id) REFERENCES ledger(id);

CREATE INDEX app_user_username_canonical_idx ON app_user USING btree (username_canonical);

CREATE INDEX transaction_ledger_id_occurred_on_idx ON transaction USING btree (ledger_id, occurred_on) INCLUDE (kind, amount);
