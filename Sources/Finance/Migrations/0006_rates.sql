-- Exchange rates that members of a ledger entered.

create table rate (
  ledger_id bigint not null references ledger,
  from_currency text not null,
  to_currency text not null,
  date date not null,
  -- How much of to_currency one of from_currency was worth.
  rate numeric not null check (rate > 0),
  version bigint not null,
  primary key (ledger_id, from_currency, to_currency, date),
  constraint rate_currencies_check check (from_currency <> to_currency)
);
