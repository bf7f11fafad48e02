"""What users of quiet tenants see while an expression that somebody injected into another tenant's
statement runs as that tenant's role, with the gateway's own time limit.

The expressions are those of `scripts/check-attack`.
"""
import statistics
import sys
import threading
import time

from analytics import prepare, row
from flood import QUIET_CONNECTIONS, Load
from terrace import ROOT

sys.path.append(str(ROOT / "Tests/attack"))
from statements import EXPRESSIONS  # noqa: E402 (a folder of tests)

QUIET_TENANTS = 20
# The bound is on these first seconds, and on what comes after them.
WINDOW_SECONDS = 2
STATEMENT_TIMEOUT = "10s"  # TERRACE_DATABASE_STATEMENT_TIMEOUT


class Injection:
    """An expression under way, on a connection of its own of the tenant's cell."""

    def __init__(self, terrace, login, role, expression):
        self.connection = terrace.superuser()
        self.connection.execute(
            f"set session authorization {login}; set statement_timeout = '{STATEMENT_TIMEOUT}'")
        self.statement = (
            f"begin; select set_config('role', '{role}', true), "
            f"set_config('search_path', '{role}, pg_temp', true); {expression}; commit")
        self.outcome, self.seconds = "ran", None
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join()
        self.connection.close()

    @property
    def is_under_way(self):
        return self.thread.is_alive()

    def _run(self):
        start = time.perf_counter()
        try:
            self.connection.execute(self.statement)
        except SystemExit:
            self.outcome = "refused"
        self.seconds = time.perf_counter() - start


def measure(users):
    seen = users.run(WINDOW_SECONDS)
    return seen["p99_us"], seen["non_2xx"] + seen["socket_errors"]


def run(terrace, options):
    users = Load(
        terrace, "analytics.lua", [prepare(terrace, f"quiet-{number}") for number in range(QUIET_TENANTS)],
        QUIET_CONNECTIONS)
    superuser = terrace.superuser()
    login = superuser.execute("select min(login) from registry.cells")[0][0]
    superuser.close()
    measure(users)
    rounds = []
    for name, expression in EXPRESSIONS.items():
        alone = [measure(users) for _ in range(3)]
        with Injection(terrace, login, "t_acme", expression) as injection:
            windows = [measure(users)]
            while injection.is_under_way:
                windows.append(measure(users))
        rounds.append({
            "expression": name, "outcome": injection.outcome, "seconds": injection.seconds,
            "alone": alone, "windows": windows, "after": measure(users)})
        time.sleep(1)
    rows = []
    for each in rounds:
        alone = statistics.median(p99 for p99, _ in each["alone"])
        first, *rest = ([p99 / alone for p99, _ in each["windows"]])
        worst = max(rest, default=1)
        failed = sum(failures for _, failures in each["windows"])
        rows.append(row(
            f"{each['expression']} ({each['outcome']}, {each['seconds']:.1f} s): p99 / alone, first 2 s and after",
            f"{first:.2f} {worst:.2f}", "<= 2.00", max(first, worst) <= 2))
        if failed:
            rows.append(row(f"{each['expression']}: requests of the others that failed", str(failed), "0", False))
    return {
        "setting": f"GET /analytics of {QUIET_TENANTS} tenants, {QUIET_CONNECTIONS} connections from wrk, beside one "
        f"injected expression with a statement_timeout of {STATEMENT_TIMEOUT}, in windows of {WINDOW_SECONDS} s",
        "rounds": rounds, "rows": rows,
    }
