"""The routes of a ledger, against the same SQL through pgbench, a C client on libpq: with one ledger of
1,000,000 transactions, one of 10,000, and 200 tenants of 5,000 each.

What Terrace sends is read from the server's log. pgbench sends the same statements, with the same
parameters, in the same round trips, over as many connections."""
import concurrent.futures
import json
import os
import re
import statistics
import subprocess
import time
import urllib.parse

from analytics import row
from terrace import ROOT

CONNECTIONS = 16
LARGE, SMALL, MANY = 1_000_000, 10_000, 5_000

# Below the ledger. Each is asked for by its name in the table.
READS = {
    "list": "transactions",
    "deep page": "transactions?cursor={cursor}",
    "account page": "transactions?account_id={account}",
    "filtered page": "transactions?category_id={category}&min_amount=50&start_date=2020-01-01",
    "search": "transactions?search=payee17",
    "accounts": "accounts",
    "month summary": "reports/summary?month=2024-06",
    "by category": "reports/by-category?month=2024-06",
    "net worth, ten years": "reports/net-worth?interval=month&start_date=2015-01-01&end_date=2024-12-31",
}


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

    def request(self, name):
        return self.path + READS[name].format(**self.values)


def run(terrace, options):
    ledgers = {
        "large": Ledger(terrace, "bench-large", LARGE), "small": Ledger(terrace, "bench-small", SMALL)}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        many = list(pool.map(
            lambda number: Ledger(terrace, f"bench-{number}", MANY), range(options.tenants)))
    superuser = terrace.superuser()
    superuser.execute("vacuum analyze")
    login = make_login(superuser, [*ledgers.values(), *many])
    results = {}
    for name in READS:
        scripts = {
            size: script(terrace, superuser, ledger, ledger.request(name))
            for size, ledger in ledgers.items()}
        rounds = []
        for _ in range(options.rounds):
            rounds.append({
                size: {
                    "bare": bare(terrace, login, [scripts[size]], options.seconds),
                    "terrace": gateway(terrace, [(ledger, ledger.request(name))], options.seconds)}
                for size, ledger in ledgers.items()})
        results[name] = rounds
    results["list, 200 tenants"] = many_tenants(terrace, superuser, login, many, options)
    superuser.close()
    return {
        "setting": f"{LARGE:,} and {SMALL:,} transactions, and {options.tenants} tenants of {MANY:,}; "
        f"{CONNECTIONS} connections, median of {options.rounds} rounds of {options.seconds} s",
        "rounds": results, "rows": rows(results)}


def many_tenants(terrace, superuser, login, ledgers, options):
    requests = [(ledger, ledger.request("list")) for ledger in ledgers]
    scripts = [script(terrace, superuser, ledger, path) for ledger, path in requests[:20]]
    return [
        {"many": {
            "bare": bare(terrace, login, scripts, options.seconds),
            "terrace": gateway(terrace, requests, options.seconds)}}
        for _ in range(options.rounds)]


def make_login(superuser, ledgers):
    superuser.execute(
        "create role bare login noinherit password 'bare';"
        "grant connect on database terrace to bare;"
        "grant execute on function pg_catalog.set_config(text, text, boolean) to bare")
    for ledger in ledgers:
        superuser.execute(f"grant {ledger.schema} to bare")
    return "bare"


def script(terrace, superuser, ledger, path):
    """A file for pgbench with what the server was sent for a request, in one pipeline."""
    superuser.execute("alter system set log_statement = 'all'")
    superuser.execute("select pg_reload_conf()")
    time.sleep(0.3)
    start = terrace.postgres_log.stat().st_size
    terrace.must(200, "GET", path, host=ledger.host, token=ledger.token)
    superuser.execute("alter system reset log_statement")
    superuser.execute("select pg_reload_conf()")
    time.sleep(0.3)
    with terrace.postgres_log.open() as log:
        log.seek(start)
        entries = re.findall(
            r"^\S+ \S+ \S+ \[(\d+)\] (LOG|DETAIL):  (.*(?:\n\t.*)*)", log.read(), re.MULTILINE)
    session = next(
        process for process, kind, text in entries
        if kind == "DETAIL" and f"'{ledger.schema}'" in text)
    statements = []
    for process, kind, text in entries:
        if process != session:
            continue
        if kind == "DETAIL":
            statements[-1] = with_parameters(statements[-1], text)
        elif text.startswith("execute "):
            statements.append(re.sub(r"^execute [^:]*: ", "", text))
    lines = [re.sub(r"\s+", " ", statement) for statement in statements]
    file = terrace.home / f"{ledger.slug}-{abs(hash(path))}.sql"
    file.write_text("\\startpipeline\n" + ";\n".join(lines) + ";\n\\endpipeline\n")
    return file


def with_parameters(statement, detail):
    values = dict(re.findall(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", detail))
    return re.sub(r"\$(\d+)", lambda match: values[match[1]], statement)


def bare(terrace, login, scripts, seconds):
    folder, port = terrace.postgres
    files = [argument for file in scripts for argument in ("-f", str(file))]
    output = subprocess.run(
        [pgbench(), "-n", "-M", "extended", "-c", str(CONNECTIONS), "-j", "1", "-T", str(seconds),
         "-h", folder, "-p", port, "-U", login, *files, "terrace"],
        env=os.environ | {"PGPASSWORD": login}, check=True, capture_output=True, text=True).stdout
    return float(re.search(r"tps = ([\d.]+)", output)[1])


def pgbench():
    folder = subprocess.run(
        ["pg_config", "--bindir"], check=True, capture_output=True, text=True).stdout.strip()
    return os.path.join(folder, "pgbench")


def gateway(terrace, requests, seconds):
    file = terrace.home / "requests"
    file.write_text("".join(
        f"{ledger.host}\t{ledger.token}\t{path}\n" for ledger, path in requests))
    output = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", ROOT / "benchmarks/requests.lua"]
        + [f"http://127.0.0.1:{terrace.port}/"],
        env=os.environ | {"REQUESTS": str(file)}, check=True, capture_output=True, text=True).stdout
    answer = json.loads(output.splitlines()[-1])
    if answer["non_2xx"] or answer["socket_errors"] or not answer["requests"]:
        raise SystemExit(f"requests failed under load: {requests[0][1]} {answer}")
    return answer["requests"] / answer["microseconds"] * 1e6


def rows(results):
    def median(rounds, figure):
        return statistics.median(figure(measured) for measured in rounds)

    table = []
    for name, rounds in results.items():
        for size in rounds[0]:
            ratio = median(rounds, lambda m: m[size]["bare"] / m[size]["terrace"])
            rate = median(rounds, lambda m: m[size]["terrace"])
            table.append(row(f"{name}, {size}: requests/s", f"{rate:.0f}"))
            table.append(
                row(f"{name}, {size}: time / bare SQL", f"{ratio:.2f}", "<= 1.5", ratio <= 1.5))
        if "large" in rounds[0]:
            ratio = median(rounds, lambda m: m["small"]["terrace"] / m["large"]["terrace"])
            table.append(row(f"{name}: large / small", f"{ratio:.2f}", "<= 1.3", ratio <= 1.3))
    return table
