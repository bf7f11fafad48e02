-- What an import of a whole ledger has beside its transactions, and numbers that rates and budgets are
-- told apart by in the list of changes.

-- How many of each the file has, and the ids of what was written. Null for other files. Only the code
-- reads what is in it.
alter table import add column contents jsonb;

alter table rate add column id bigint generated always as identity;

alter table budget add column id bigint generated always as identity;
