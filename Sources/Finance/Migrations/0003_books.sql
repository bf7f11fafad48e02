-- The books: accounts, entries that move amounts between them, and the transactions that people know.
-- The first release's transactions become transactions of an account "Cash", and its table goes: a
-- build that knows only that table would write where nobody reads.
-- needs: 3

alter table ledger
  -- The number of the latest change to anything in the ledger. A writer holds this row.
  add column change_number bigint not null default 1,
  -- The number of the change that last changed the ledger itself. So have all tables.
  add column version bigint not null default 1,
  add column updated_at timestamptz not null default now();

create table ledger_member (
  ledger_id bigint not null references ledger,
  user_id bigint not null references app_user,
  role text not null check (role in ('owner', 'editor', 'viewer')),
  created_at timestamptz not null default now(),
  primary key (ledger_id, user_id)
);

create index ledger_member_user_id_idx on ledger_member (user_id);

-- What people call accounts (asset, liability) and categories (income, expense), and where money is
-- when it is in neither (equity).
create table account (
  id bigint generated always as identity primary key,
  ledger_id bigint not null references ledger,
  kind text not null,
  -- Of an income or expense it is there only where it stands for what has no category.
  type text,
  name text not null,
  -- XXX (ISO 4217, no currency) where entries may be in any.
  currency text not null,
  parent_id bigint,
  note text not null default '',
  opened_on date,
  closed_on date,
  archived boolean not null default false,
  version bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (ledger_id, id, currency),
  -- A category's parent is in no currency either.
  foreign key (ledger_id, parent_id, currency) references account (ledger_id, id, currency),
  constraint account_type_check check (
    case kind
      when 'asset' then type is not null and type in ('checking', 'savings', 'cash', 'investment', 'asset')
      when 'liability' then type is not null and type in ('credit_card', 'loan', 'liability')
      when 'equity' then type is not null and type in ('opening', 'transit', 'exchange')
      when 'income' then type is null or type = 'uncategorized'
      when 'expense' then type is null or type = 'uncategorized'
      else false
    end),
  constraint account_currency_check check ((kind in ('asset', 'liability')) = (currency <> 'XXX')),
  constraint account_parent_check check (parent_id is null or (kind in ('income', 'expense') and type is null))
);

-- A ledger has each of these once.
create unique index account_own_key on account (ledger_id, kind, type)
  where type in ('opening', 'transit', 'exchange', 'uncategorized');

create table payee (
  id bigint generated always as identity primary key,
  ledger_id bigint not null references ledger,
  name text not null,
  -- The name without what does not tell two payees apart.
  name_key text not null,
  version bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (ledger_id, name_key)
);

create table tag (
  id bigint generated always as identity primary key,
  ledger_id bigint not null references ledger,
  name text not null,
  name_key text not null,
  version bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (ledger_id, name_key)
);

alter table transaction rename to old_transaction;

alter index transaction_pkey rename to old_transaction_pkey;

alter sequence transaction_id_seq rename to old_transaction_id_seq;

create table transaction (
  id bigint generated always as identity primary key,
  ledger_id bigint not null references ledger,
  -- That an account began with some balance is a transaction as well, which lists leave out.
  is_opening boolean not null default false,
  account_id bigint not null,
  date date not null,
  -- What its entries come to, as seen from the account, to be sorted and filtered by.
  amount bigint not null,
  currency text not null,
  payee_id bigint references payee,
  memo text not null default '',
  status text not null check (status in ('pending', 'cleared', 'reconciled')),
  tag_ids bigint[] not null default '{}',
  external_id text,
  search tsvector not null,
  created_by bigint not null references app_user,
  version bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  foreign key (ledger_id, account_id, currency) references account (ledger_id, id, currency)
);

create table entry (
  id bigint generated always as identity primary key,
  ledger_id bigint not null,
  transaction_id bigint not null references transaction,
  -- The place of the split that the entry is of, from 0.
  part integer not null,
  date date not null,
  from_account bigint not null,
  from_currency text not null,
  to_account bigint not null,
  to_currency text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  from_status text not null check (from_status in ('pending', 'cleared', 'reconciled')),
  to_status text not null check (to_status in ('pending', 'cleared', 'reconciled')),
  memo text not null default '',
  deleted boolean not null default false,
  foreign key (ledger_id, from_account, from_currency) references account (ledger_id, id, currency),
  foreign key (ledger_id, to_account, to_currency) references account (ledger_id, id, currency),
  constraint entry_accounts_check check (from_account <> to_account),
  -- What an account has is in the account's currency.
  constraint entry_currency_check check (
    currency <> 'XXX' and from_currency in (currency, 'XXX') and to_currency in (currency, 'XXX'))
);

-- The sums of all entries, by month. They are written with the entries.
create table account_month (
  ledger_id bigint not null,
  account_id bigint not null,
  currency text not null,
  month date not null,
  inflow numeric not null,
  outflow numeric not null,
  cleared_inflow numeric not null,
  cleared_outflow numeric not null,
  primary key (ledger_id, account_id, currency, month)
);

-- What no longer exists, for whoever asks what has changed.
create table deletion (
  ledger_id bigint not null references ledger,
  version bigint not null,
  type text not null,
  object_id bigint not null,
  primary key (ledger_id, version, type, object_id)
);

create table idempotency_key (
  user_id bigint not null references app_user,
  key text not null,
  request_hash bytea not null,
  status integer,
  headers text,
  body text,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);

insert into ledger_member (ledger_id, user_id, role)
select default_ledger_id, id, 'owner' from app_user;

insert into account (ledger_id, kind, type, name, currency, version)
select ledger.id, own.kind, own.type, own.name, 'XXX', 1
from ledger, (values
  ('equity', 'opening', 'Opening balances'), ('equity', 'transit', 'In transit'),
  ('equity', 'exchange', 'Currency exchange'), ('income', 'uncategorized', 'Uncategorized income'),
  ('expense', 'uncategorized', 'Uncategorized expenses')) own (kind, type, name);

insert into account (ledger_id, kind, type, name, currency, opened_on, version)
select l.id, 'asset', 'cash', 'Cash', l.currency, min(t.occurred_on), 1
from ledger l join old_transaction t on t.ledger_id = l.id
group by l.id;

insert into transaction (
  id, ledger_id, account_id, date, amount, currency, memo, status, search, created_by, version,
  created_at, updated_at)
overriding system value
select t.id, t.ledger_id, a.id, t.occurred_on,
  case t.kind when 'income' then t.amount else -t.amount end, a.currency,
  coalesce(t.description, ''), 'cleared',
  -- Without accents and punctuation, as the words of later ones are.
  to_tsvector('simple', regexp_replace(
    regexp_replace(normalize(coalesce(t.description, ''), nfkd), '[\u0300-\u036f]', '', 'g'),
    '[[:punct:]]+', ' ', 'g')),
  t.created_by, 1, t.created_at, t.created_at
from old_transaction t
join account a on a.ledger_id = t.ledger_id and a.type = 'cash';

insert into entry (
  ledger_id, transaction_id, part, date, from_account, from_currency, to_account, to_currency,
  currency, amount, from_status, to_status)
select t.ledger_id, t.id, 0, t.date,
  case when t.amount < 0 then t.account_id else other.id end,
  case when t.amount < 0 then t.currency else 'XXX' end,
  case when t.amount < 0 then other.id else t.account_id end,
  case when t.amount < 0 then 'XXX' else t.currency end,
  t.currency, abs(t.amount), 'cleared', 'cleared'
from transaction t
join account other on other.ledger_id = t.ledger_id and other.type = 'uncategorized'
  and other.kind = case when t.amount < 0 then 'expense' else 'income' end;

insert into account_month (
  ledger_id, account_id, currency, month, inflow, outflow, cleared_inflow, cleared_outflow)
select side.ledger_id, side.account, side.currency, date_trunc('month', side.date)::date,
  sum(side.inflow), sum(side.outflow), sum(side.inflow), sum(side.outflow)
from (
  select ledger_id, to_account as account, currency, date, amount as inflow, 0 as outflow from entry
  union all
  select ledger_id, from_account, currency, date, 0, amount from entry
) side
group by 1, 2, 3, 4;

select setval(pg_get_serial_sequence('transaction', 'id'), max(id)) from old_transaction;

drop table old_transaction;

create index transaction_ledger_id_date_id_idx on transaction (ledger_id, date, id)
  where deleted_at is null and not is_opening;

create index transaction_ledger_id_amount_id_idx on transaction (ledger_id, amount, id)
  where deleted_at is null and not is_opening;

create index transaction_ledger_id_version_id_idx on transaction (ledger_id, version, id);

create index transaction_pending_idx on transaction (ledger_id, date, id)
  where status = 'pending' and deleted_at is null and not is_opening;

create index transaction_deleted_idx on transaction (ledger_id, date, id) where deleted_at is not null;

create index transaction_payee_id_idx on transaction (payee_id, date, id) where payee_id is not null;

create index transaction_tag_ids_idx on transaction using gin (tag_ids);

create index transaction_search_idx on transaction using gin (search);

create unique index transaction_external_id_key on transaction (account_id, external_id)
  where external_id is not null and deleted_at is null;

-- An account begins once. Without it, every list of accounts would look at all transactions.
create unique index transaction_opening_key on transaction (account_id) where is_opening;

create index entry_transaction_id_idx on entry (transaction_id, part, id);

create index entry_from_account_idx on entry (from_account, date, transaction_id) where not deleted;

create index entry_to_account_idx on entry (to_account, date, transaction_id) where not deleted;

create index account_month_ledger_id_month_idx on account_month (ledger_id, month);
