"""The routes of a ledger, against the same SQL through a C client on libpq and in a service of FastAPI:
with one ledger of 1,000,000 transactions, one of 10,000, and many tenants of 5,000 each."""
import concurrent.futures
import contextlib
import json
import os
import statistics
import subprocess
import time

from analytics import row
from ledgers import Ledger
from replay import LOGIN, bare, capture, make_login, write_requests
from terrace import BUILD, ROOT, free_port
from transfers import measure_export, measure_import, transfer_rows

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
# Those that the service of FastAPI answers, too.
OF_PEER = "list", "month summary", "by category"


def run(terrace, options):
    install_peer()
    large = Ledger(terrace, "bench-large", LARGE)
    small = Ledger(terrace, "bench-small", SMALL)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        many = list(pool.map(
            lambda number: Ledger(terrace, f"bench-{number}", MANY), range(options.tenants)))
    superuser = terrace.superuser()
    superuser.execute("vacuum analyze")
    make_login(superuser, LOGIN, [large, small, *many])
    make_login(superuser, "peer", [large], inherits=True)
    sides = {}
    for name in READS:
        for size, ledger in {"large": large, "small": small}.items():
            sides[name, size] = Side(terrace, superuser, [ledger], name)
    for name in ("list", "month summary"):
        sides[name, "many"] = Side(terrace, superuser, many, name)
    sides["POST", "one ledger"] = Side(terrace, superuser, [small], None)
    sides["POST", "many"] = Side(terrace, superuser, many, None)
    with Peer(terrace, large, {name: sides[name, "large"] for name in OF_PEER}) as peer:
        rounds = [
            {f"{name}, {size}": side.measure(options.seconds, number % 2 == 1, peer)
             for (name, size), side in sides.items()}
            for number in range(options.rounds)]
    transfers = {
        "export": measure_export(large, LARGE),
        "import": measure_import(terrace, Ledger(terrace, "bench-import", 100), options.import_rows)}
    schema = count_schema(superuser, large.schema)
    superuser.close()
    return {
        "setting": f"{LARGE:,} and {SMALL:,} transactions, and {options.tenants} tenants of {MANY:,}; "
        f"{CONNECTIONS} connections, median of {options.rounds} rounds of {options.seconds} s, the "
        "sides in turns; FastAPI with the large ledger, without authentication",
        "load": [round(load, 1) for load in os.getloadavg()], "rounds": rounds,
        "transfers": transfers, "schema": schema,
        "rows": rows(rounds) + transfer_rows(transfers) + schema_rows(schema)}


class Side:
    """A request of one or several ledgers, as Terrace answers it and as the same SQL alone."""

    def __init__(self, terrace, superuser, ledgers, name):
        self.terrace, self.name = terrace, name
        path, body = "transactions", None
        first = ledgers[0]
        if name:
            path = READS[name].format(**first.values)
        else:
            body = {"account_id": first.account, "date": "2024-06-07", "amount": "-12.30",
                    "payee": "Payee17", "memo": "lunch", "category_id": first.category}
        answer, self.statements = capture(
            terrace, superuser, first, "POST" if body else "GET", path, body)
        if body:
            for statement in self.statements:
                statement.replace(
                    "{%s}" % answer["id"],
                    # Evaluated once, so that an index is used.
                    "(select array[currval(pg_get_serial_sequence('transaction', 'id'))])::bigint[]")
        # The ledgers of the many tenants have the same ids.
        self.requests = [(ledger, path, body) for ledger in ledgers]
        self.file = terrace.home / f"{name}-{len(ledgers)}-{first.slug}.requests"
        write_requests(self.file, [
            [statement.of(first.schema, ledger.schema) for statement in self.statements]
            for ledger in ledgers])

    def measure(self, seconds, terrace_first, peer):
        figures = {
            "bare": lambda: bare(self.terrace, self.file, CONNECTIONS, seconds),
            "terrace": lambda: gateway(self.terrace, self.requests, seconds)}
        if self.name in OF_PEER and self.requests[0][0] is peer.ledger:
            figures["peer"] = lambda: peer.measure(self.name, seconds)
        order = reversed(figures) if terrace_first else figures
        return {name: figures[name]() for name in order}


def install_peer():
    folder = BUILD / "peer"
    if not (folder / "bin/pip").exists():
        subprocess.run(["python3", "-m", "venv", folder], check=True)
    packages = ["fastapi", "asyncpg", "uvicorn", "uvloop", "httptools", "orjson"]
    subprocess.run([folder / "bin/pip", "install", "--quiet", *packages], check=True)


class Peer:
    """The service of FastAPI with a worker for each core, as long as the `with` lasts."""

    def __init__(self, terrace, ledger, sides):
        self.terrace, self.ledger, self.port = terrace, ledger, free_port()
        self.names = {name: name.replace(" ", "-") for name in sides}
        host, port = terrace.postgres
        self.settings = {
            "host": host, "port": int(port), "user": "peer", "schema": ledger.schema,
            "connections": CONNECTIONS // os.cpu_count(),
            # Without the switch to the tenant and the guard.
            "routes": {
                self.names[name]: [
                    [statement.text, statement.parameters] for statement in side.statements
                    if "set_config" not in statement.text and "select 1/(" not in statement.text]
                for name, side in sides.items()}}

    def __enter__(self):
        file = self.terrace.home / "peer.json"
        file.write_text(json.dumps(self.settings))
        self.process = subprocess.Popen(
            [BUILD / "peer/bin/uvicorn", "peer:app", "--port", str(self.port), "--workers",
             str(os.cpu_count()), "--loop", "uvloop", "--http", "httptools", "--no-access-log",
             "--log-level", "error"],
            cwd=ROOT / "benchmarks", env=os.environ | {"TERRACE_PEER": str(file)},
            stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if self.terrace.call("GET", f"/{self.names['list']}", port=self.port)[0] == 200:
                    return self
            time.sleep(0.1)
        raise SystemExit("the service of FastAPI did not start")

    def __exit__(self, *_):
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)

    def measure(self, name, seconds):
        file = self.terrace.home / "peer-requests"
        file.write_text(f"localhost\tnone\t/{self.names[name]}\n")
        return wrk(self.port, file, seconds)


def gateway(terrace, requests, seconds):
    file = terrace.home / "requests"
    file.write_text("".join(
        f"{ledger.host}\t{ledger.token}\t{ledger.path}{path}\t{json.dumps(body) if body else ''}\n"
        for ledger, path, body in requests))
    # Statements are prepared and planned first, as the C client's are.
    wrk(terrace.port, file, 1)
    return wrk(terrace.port, file, seconds)


def wrk(port, file, seconds):
    output = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", ROOT / "benchmarks/requests.lua"]
        + [f"http://127.0.0.1:{port}/"],
        env=os.environ | {"REQUESTS": str(file)}, check=True, capture_output=True, text=True).stdout
    answer = json.loads(output.splitlines()[-1])
    if answer["non_2xx"] or answer["socket_errors"] or not answer["requests"]:
        raise SystemExit(f"requests failed under load: {file.read_text()[-400:]} {answer}")
    return answer["requests"] / answer["microseconds"] * 1e6


def count_schema(superuser, schema):
    [[tables, indexes]] = superuser.execute(
        "select count(*) filter (where relkind = 'r'), count(*) filter (where relkind = 'i')"
        f" from pg_class where relnamespace = '{schema}'::regnamespace")
    return {"tables": int(tables), "indexes": int(indexes)}


def schema_rows(schema):
    return [
        row("tables of a tenant", schema["tables"], "<= 28", schema["tables"] <= 28),
        row("indexes of a tenant", schema["indexes"], "<= 60", schema["indexes"] <= 60)]


def rows(rounds):
    def median(figure):
        return statistics.median(figure(measured) for measured in rounds)

    table = []
    for name in rounds[0]:
        table.append(row(f"{name}: requests/s", f"{median(lambda m: m[name]['terrace']):.0f}"))
        ratio = median(lambda m: m[name]["bare"] / m[name]["terrace"])
        # Half of the rate is twice the time.
        limit = 2 if name.startswith("POST") else 1.5
        table.append(
            row(f"{name}: time / bare SQL", f"{ratio:.2f}", f"<= {limit}", ratio <= limit))
        if "peer" in rounds[0][name]:
            ratio = median(lambda m: m[name]["terrace"] / m[name]["peer"])
            table.append(row(f"{name}: rate / FastAPI", f"{ratio:.2f}"))
    for name in READS:
        ratio = median(lambda m: m[f"{name}, small"]["terrace"] / m[f"{name}, large"]["terrace"])
        table.append(row(f"{name}: large / small", f"{ratio:.2f}", "<= 1.3", ratio <= 1.3))
    return table
