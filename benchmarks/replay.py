"""What Terrace sends to Postgres for a request, and the same sent by others: a C client on libpq
(benchmarks/replay.c), and a service in Python (benchmarks/peer.py)."""
import json
import re
import subprocess
import time

from terrace import BUILD

LOGIN = "bare"
ENTRY = re.compile(r"^\S+ \S+ \S+ \[(\d+)\] (LOG|DETAIL):  (.*(?:\n\t.*)*)", re.MULTILINE)
PARAMETER = re.compile(r"\$(\d+) = ('(?:[^']|'')*'|NULL)")


class Statement:
    """One that the server logged: whether it was prepared, its text, and its parameters."""

    def __init__(self, name, text):
        self.is_prepared, self.text, self.parameters = name != "<unnamed>", text, []

    def bind(self, detail):
        values = {int(n): value for n, value in PARAMETER.findall(detail)}
        self.parameters = [
            None if values[n] == "NULL" else values[n][1:-1].replace("''", "'")
            for n in sorted(values)]

    def replace(self, value, expression):
        """Has an expression stand where a parameter has that value."""
        if value not in self.parameters:
            return
        kept = [n for n, each in enumerate(self.parameters, 1) if each != value]
        numbers = {n: f"${place}" for place, n in enumerate(kept, 1)}
        self.text = re.sub(
            r"\$(\d+)", lambda match: numbers.get(int(match[1]), expression), self.text)
        self.parameters = [each for each in self.parameters if each != value]

    def of(self, schema, other):
        """The same of another tenant, whose ids are the same."""
        statement = Statement("", self.text)
        statement.is_prepared = self.is_prepared
        statement.parameters = [
            value and re.sub(rf"\b{schema}\b", other, value) for value in self.parameters]
        return statement


def make_login(superuser, name, ledgers, inherits=False):
    """A login that may be each tenant, as the gateway's may; or is it, and need not switch."""
    superuser.execute(
        f"create role {name} login {'inherit' if inherits else 'noinherit'} password '{name}';"
        f"grant connect on database terrace to {name};"
        f"grant execute on function pg_catalog.set_config(text, text, boolean) to {name}")
    for ledger in ledgers:
        superuser.execute(f"grant {ledger.schema} to {name}")


def capture(terrace, superuser, ledger, method, path, body=None):
    """The answer to a request, and the statements that the server was sent for it."""
    status = 201 if method == "POST" else 200
    return captured(terrace, superuser, ledger.schema, lambda: terrace.must(
        status, method, ledger.path + path, body, host=ledger.host, token=ledger.token))


def captured(terrace, superuser, schema, ask):
    """What `ask` returns, and the statements that the server was sent for it as that tenant: in order,
    those of one session after those of another."""
    # A statement is prepared once it has come several times.
    for _ in range(20):
        ask()
    superuser.execute("alter system set log_statement = 'all'")
    superuser.execute("select pg_reload_conf()")
    time.sleep(0.3)
    start = terrace.postgres_log.stat().st_size
    answer = ask()
    superuser.execute("alter system reset log_statement")
    superuser.execute("select pg_reload_conf()")
    time.sleep(0.3)
    with terrace.postgres_log.open() as log:
        log.seek(start)
        entries = ENTRY.findall(log.read())
    sessions = {
        process: [] for process, kind, text in entries if kind == "DETAIL" and f"'{schema}'" in text}
    for process, kind, text in entries:
        text = text.replace("\n\t", "\n")
        match = re.match(r"execute ([^:]*): ", text)
        if process not in sessions:
            continue
        if kind == "DETAIL":
            sessions[process][-1].bind(text)
        elif match:
            sessions[process].append(Statement(match[1], text[match.end():]))
    return answer, [statement for statements in sessions.values() for statement in statements]


def write_requests(file, requests):
    """The input of benchmarks/replay.c."""
    with open(file, "wb") as output:
        def number(*values):
            output.write(" ".join(map(str, values)).encode() + b"\n")

        def text(value):
            output.write(value + b"\n")

        number(len(requests))
        for statements in requests:
            number(len(statements))
            for statement in statements:
                encoded = statement.text.encode()
                number(int(statement.is_prepared), len(encoded), len(statement.parameters))
                text(encoded)
                for parameter in statement.parameters:
                    number(-1 if parameter is None else len(parameter.encode()))
                    if parameter is not None:
                        text(parameter.encode())


def conninfo(terrace):
    folder, port = terrace.postgres
    return f"host={folder} port={port} user={LOGIN} password={LOGIN} dbname=terrace"


def bare(terrace, file, connections, seconds):
    """Requests per second of the C client."""
    command = [BUILD / "replay", conninfo(terrace), str(connections), str(seconds), file]
    answer = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return answer["requests"] / answer["seconds"]
