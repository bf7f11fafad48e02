-- What is to be spent on categories, by month.

create table budget (
  ledger_id bigint not null references ledger,
  category_id bigint not null references account on delete cascade,
  -- Its first day.
  month date not null,
  -- In minor units of the ledger's currency.
  assigned bigint not null,
  -- What of the rest goes on to the next month. It holds until a later month says otherwise.
  rollover text check (rollover in ('none', 'surplus', 'all')),
  version bigint not null,
  primary key (ledger_id, category_id, month)
);
