"""What users of quiet tenants see of the flood of another one, from their cell or the next.

The processor is everybody's, whatever Terrace does: so they are measured alone, and also beside the
same flood of another Terrace with a Postgres of its own, with which they share only the processor.
"""
import concurrent.futures
import contextlib
import json
import os
import signal
import statistics
import subprocess
import uuid

from analytics import prepare, row
from registry import CELL_CAPACITY
from terrace import ROOT, Terrace

QUIET_TENANTS = 20
QUIET_CONNECTIONS = 4
FLOOD_CONNECTIONS = 200
# Not counted: a pool that had to share has its connections back after a second, and then prepares
# its statements anew.
WARM_SECONDS = 2
# Each flood, and what it is compared with.
CONTROLS = {
    "flood in their cell": "flood of another Terrace",
    "flood in another cell": "flood of another Terrace",
    "refusals in their cell": "refusals at another Terrace",
    "logins in their cell": "logins at another Terrace",
}
# logins.lua says where its logins come from as a proxy does.
ENVIRONMENT = {"TERRACE_TRUSTED_PROXIES": "127.0.0.1"}


class Load:
    """`wrk`, sending what a script makes of tenants and their tokens."""

    def __init__(self, terrace, script, tenants, connections):
        self.script, self.connections = script, connections
        self.url = f"http://127.0.0.1:{terrace.port}/"
        self.path = terrace.home / f"load-{uuid.uuid4()}"
        self.path.write_text("".join(f"{slug}\t{token}\n" for slug, token in tenants))

    def run(self, seconds):
        return summary(self._start(seconds))

    @contextlib.contextmanager
    def under_way(self):
        """Runs for as long as the `with`; the dictionary says afterwards what it saw."""
        process, seen = self._start(3600), {}
        try:
            yield seen
        finally:
            process.send_signal(signal.SIGINT)
            seen.update(summary(process))

    def _start(self, seconds):
        return subprocess.Popen(
            ["wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "-s", self.script, self.url],
            cwd=ROOT / "benchmarks",
            env=os.environ | {"TENANTS": str(self.path)},
            stdout=subprocess.PIPE,
            text=True,
        )


def summary(process):
    """What a `wrk` says at its end. Its percentiles count a pause once more for each request that
    would have been sent meanwhile: one of a quarter of a second can be the p99 of eight seconds."""
    output, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"wrk ended with {process.returncode}")
    answer = json.loads(output.splitlines()[-1])
    rate = answer["requests"] / answer["microseconds"] * 1e6
    return {"per_second": rate} | {
        figure: answer[figure] for figure in ("p50_us", "p99_us", "non_2xx", "socket_errors")
    }


def measure(users, flood, seconds):
    """The users beside a flood, or alone if there is none."""
    with flood.under_way() if flood else contextlib.nullcontext() as flooding:
        for seen in users.run(WARM_SECONDS), users.run(seconds):
            if seen["non_2xx"] or seen["socket_errors"] or not seen["per_second"]:
                raise SystemExit(f"a quiet tenant's GET /analytics failed: {seen}")
    if flood and not flooding["per_second"]:
        raise SystemExit(f"there was no flood: {flooding}")
    return {"users": seen, "flood": flooding}


def cell(terrace, slug):
    where = {"token": terrace.token, "port": terrace.admin_port}
    return terrace.must(200, "GET", f"/admin/tenants/{slug}", **where)["cell"]


def populate(terrace):
    """Quiet tenants; one more in their cell, which is then filled; and one in the next."""
    slugs = [f"quiet-{number}" for number in range(QUIET_TENANTS)] + ["neighbor"]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        *quiet, neighbor = pool.map(lambda slug: prepare(terrace, slug), slugs)
        list(pool.map(terrace.register, (f"other-{number}" for number in range(CELL_CAPACITY))))
    stranger = prepare(terrace, "stranger")
    theirs, another = {cell(terrace, slug) for slug in slugs}, cell(terrace, "stranger")
    if len(theirs) != 1 or another in theirs:
        raise SystemExit(f"the tenants are in cells {theirs} and {another}")
    # Now, rather than by autovacuum in one of the rounds.
    superuser = terrace.superuser()
    superuser.execute("vacuum analyze")
    superuser.close()
    terrace.end()
    terrace.environment = ENVIRONMENT
    terrace.start()
    return quiet, neighbor, stranger


@contextlib.contextmanager
def another_terrace():
    """With it, a tenant of it."""
    terrace = Terrace()
    terrace.environment = ENVIRONMENT
    with terrace:
        yield terrace, prepare(terrace, "flood")


def run(terrace, options):
    quiet, neighbor, stranger = populate(terrace)
    users = Load(terrace, "analytics.lua", quiet, QUIET_CONNECTIONS)

    def flood(terrace, tenant, script="analytics.lua"):
        return Load(terrace, script, [tenant], FLOOD_CONNECTIONS)

    # A round has eight measurements.
    seconds = max(1, options.seconds // 3)
    with another_terrace() as (another, tenant):
        floods = {
            "alone": None,
            "flood of another Terrace": flood(another, tenant),
            "flood in their cell": flood(terrace, neighbor),
            "flood in another cell": flood(terrace, stranger),
            "refusals at another Terrace": flood(another, (tenant[0], "no-token")),
            "refusals in their cell": flood(terrace, (neighbor[0], "no-token")),
            "logins at another Terrace": flood(another, tenant, "logins.lua"),
            "logins in their cell": flood(terrace, neighbor, "logins.lua"),
        }
        rounds = [
            {name: measure(users, load, seconds) for name, load in floods.items()}
            for _ in range(options.rounds)
        ]
    return {
        "setting": f"GET /analytics of {QUIET_TENANTS} tenants, {QUIET_CONNECTIONS} connections "
        f"from wrk, beside another tenant's {FLOOD_CONNECTIONS} that do the same, or are "
        "refused for their token, or log in from 200 addresses; or beside those of another Terrace "
        "and its Postgres, which share only the processor; two cells, of which theirs is full; "
        f"median of {options.rounds} rounds of {seconds} s",
        "rounds": rounds,
        "rows": rows(rounds),
    }


def rows(rounds):
    def median(name, figure, side="users"):
        return statistics.median(each[name][side][figure] for each in rounds)

    def described(name):
        return f"{median(name, 'per_second'):.0f} {median(name, 'p99_us') / 1000:.1f}"

    answer = [row(f"{name}: requests/s, p99 in ms", described(name)) for name in rounds[0]]
    for name, control in CONTROLS.items():
        # Ratios of medians: a pause of the machine is in one of two p99s.
        p99, own = median(name, "p99_us"), median(name, "p99_us", "flood")
        alone, apart = median("alone", "p99_us"), median(control, "p99_us")
        answer += [
            row(f"{name}: p99 / alone", f"{p99 / alone:.2f}"),
            row(f"{name}: p99 / {control}", f"{p99 / apart:.2f}", "<= 3.00", p99 / apart <= 3),
            row(f"{name}: p99 / the flood's own", f"{p99 / own:.2f}", "<= 0.25", p99 / own <= 0.25),
        ]
    return answer
