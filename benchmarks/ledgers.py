"""Ledgers with ten years of transactions, written straight into the tables."""
import urllib.parse


class Ledger:
    """A tenant whose user has a ledger of so many transactions, over ten years."""

    def __init__(self, terrace, slug, count):
        self.terrace, self.slug, self.host = terrace, slug, f"{slug}.localhost"
        terrace.register(slug)
        user = {"username": "user", "password": "a long password"}
        terrace.must(200, "POST", "/register", user, host=self.host)
        self.token = terrace.must(200, "POST", "/login", user, host=self.host)["token"]
        self.path = "/v1/ledgers/1/"
        self.account = self.make("accounts", {"name": "Giro", "type": "checking"})
        self.fill(count)
        self.values = {
            "account": self.account, "category": self.category, "cursor": self.deep_cursor(count)}

    def make(self, path, body):
        return self.terrace.must(
            201, "POST", self.path + path, body, host=self.host, token=self.token)["id"]

    def get(self, path):
        return self.terrace.must(200, "GET", self.path + path, host=self.host, token=self.token)

    def fill(self, count):
        superuser = self.terrace.superuser()
        schema = "t_" + self.slug.replace("-", "_")
        superuser.execute(f"set search_path = {schema}; set synchronous_commit = off")
        superuser.execute(
            "insert into account (ledger_id, kind, type, name, currency, version)"
            " select 1, 'asset', 'savings', 'Account ' || n, currency, 1"
            " from ledger, generate_series(1, 9) n where ledger.id = 1;"
            "insert into account (ledger_id, kind, name, currency, version)"
            " select 1, case when n <= 5 then 'income' else 'expense' end, 'Category ' || n, 'XXX', 1"
            " from generate_series(1, 40) n;"
            "insert into payee (ledger_id, name, name_key, version)"
            " select 1, 'Payee' || n, 'payee' || n, 1 from generate_series(1, 500) n")
        superuser.execute(
            "with real as (select array_agg(id order by id) as ids from account"
            "  where kind = 'asset' and ledger_id = 1),"
            " category as (select array_agg(id order by id) as ids from account"
            "  where kind in ('income', 'expense') and type is null),"
            " payee as (select array_agg(id order by id) as ids from payee)"
            " insert into transaction (ledger_id, account_id, date, amount, currency, payee_id, memo,"
            "  status, search, created_by, version)"
            " select 1, real.ids[1 + n % 10], date '2015-01-01' + (n::bigint * 3652 /"
            f"  {count})::int, case when n % 40 < 5 then n % 30000 + 1 else -(n % 30000 + 1) end,"
            "  ledger.currency, payee.ids[1 + n % 500], 'memo ' || n, 'cleared',"
            "  to_tsvector('simple', 'payee' || (1 + n % 500) || ' memo ' || n), 1, 1"
            f" from real, category, payee, ledger, generate_series(1, {count}) n where ledger.id = 1")
        superuser.execute(
            "with category as (select array_agg(id order by id) as ids from account"
            "  where kind in ('income', 'expense') and type is null)"
            " insert into entry (ledger_id, transaction_id, part, date, from_account, from_currency,"
            "  to_account, to_currency, currency, amount, from_status, to_status)"
            " select 1, t.id, 0, t.date,"
            "  case when amount < 0 then account_id else ids[1 + t.id % 5] end,"
            "  case when amount < 0 then currency else 'XXX' end,"
            "  case when amount < 0 then ids[6 + t.id % 35] else account_id end,"
            "  case when amount < 0 then 'XXX' else currency end,"
            "  currency, abs(amount), 'cleared', 'cleared'"
            " from transaction t, category where not is_opening")
        superuser.execute(
            "insert into account_month select ledger_id, account, currency,"
            "  date_trunc('month', date)::date, sum(i), sum(o), sum(i), sum(o) from ("
            "  select ledger_id, to_account as account, currency, date, amount as i, 0 as o from entry"
            "  union all select ledger_id, from_account, currency, date, 0, amount from entry) side"
            " group by 1, 2, 3, 4")
        self.category = superuser.execute(
            "select id from account where kind = 'expense' and type is null order by id limit 1")[0][0]
        self.schema = schema
        superuser.close()

    def deep_cursor(self, count):
        """The cursor after 100,000 transactions, or halfway."""
        connection, cursor = self.terrace.connection(self.terrace.port), ""
        for _ in range(min(500, count // 400)):
            page = self.terrace.must(
                200, "GET", f"{self.path}transactions?limit=200{cursor}", host=self.host,
                token=self.token, connection=connection)
            cursor = f"&cursor={urllib.parse.quote(page['next_cursor'])}"
        connection.close()
        return cursor.removeprefix("&cursor=")
