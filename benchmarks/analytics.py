"""GET /analytics of random tenants, against the ceiling, and against another build of Terrace."""
import concurrent.futures
import contextlib
import json
import os
import statistics
import subprocess

from terrace import BUILD, ROOT, Terrace

# What the gateway opens by default (TERRACE_DATABASE_CONNECTIONS).
CONNECTIONS = 8


def prepare(terrace, slug):
    """A tenant with a user and a month's entries: the user's token."""
    terrace.register(slug)
    host = f"{slug}.localhost"
    user = {"username": "user", "password": "a long password"}
    terrace.must(200, "POST", "/register", user, host=host)
    token = terrace.must(200, "POST", "/login", user, host=host)["token"]
    for amount in range(1, 9):
        entry = {"type": "income" if amount < 4 else "expense", "amount": amount}
        terrace.must(200, "POST", "/transaction", entry, host=host, token=token)
    return slug, token


def open_ceiling(terrace, tenants):
    """Makes a login that may switch to every tenant; the ceiling's connection string and input."""
    superuser = terrace.superuser()
    superuser.execute(
        "create role ceiling login noinherit password 'ceiling';"
        "grant connect on database terrace to ceiling;"
        "grant execute on function pg_catalog.set_config(text, text, boolean) to ceiling"
    )
    lines = []
    for slug, _ in tenants:
        role = "t_" + slug.replace("-", "_")
        superuser.execute(f"grant {role} to ceiling")
        user, epoch = superuser.execute(f"select id, token_epoch from {role}.app_user")[0]
        lines.append(f"{role}\t{user}\t{epoch}\n")
    superuser.close()
    path = terrace.home / "ceiling-tenants"
    path.write_text("".join(lines))
    folder, port = terrace.postgres
    return f"host={folder} port={port} user=ceiling password=ceiling dbname=terrace", path


def measure_ceiling(where, seconds):
    conninfo, tenants = where
    command = [BUILD / "ceiling", conninfo, str(CONNECTIONS), str(seconds), tenants]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {"per_second": answer["requests"] / answer["seconds"], "p99_us": answer["p99_us"]}


def measure_gateway(terrace, tokens, seconds):
    before = terrace.cpu_seconds
    output = subprocess.run(
        ["wrk", "-t1", "-c32", f"-d{seconds}s", "-s", ROOT / "benchmarks/analytics.lua"]
        + [f"http://127.0.0.1:{terrace.port}/"],
        env=os.environ | {"TENANTS": str(tokens)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    answer = json.loads(output.splitlines()[-1])
    if answer["non_2xx"] or answer["socket_errors"] or not answer["requests"]:
        raise SystemExit(f"GET /analytics failed under load: {answer}")
    return {
        "per_second": answer["requests"] / answer["microseconds"] * 1e6,
        "p99_us": answer["p99_us"],
        "cpu_us": (terrace.cpu_seconds - before) / answer["requests"] * 1e6,
    }


class Side:
    """One build of Terrace with its tenants, ready to be measured."""

    def __init__(self, terrace, count):
        self.terrace = terrace
        slugs = [f"bench-{number}" for number in range(count)]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            tenants = list(pool.map(lambda slug: prepare(terrace, slug), slugs))
        self.tokens = terrace.home / "tokens"
        self.tokens.write_text("".join(f"{slug}\t{token}\n" for slug, token in tenants))
        self.ceiling = open_ceiling(terrace, tenants)
        # Once uncounted, so that caches are warm and statements prepared, as the ceiling does by
        # itself.
        measure_gateway(terrace, self.tokens, 4)
        # Not the memory that hashing the passwords took.
        terrace.forget_peak_memory()

    def measure(self, seconds):
        return {
            "ceiling": measure_ceiling(self.ceiling, seconds),
            "gateway": measure_gateway(self.terrace, self.tokens, seconds),
        }


def run(terrace, options):
    with contextlib.ExitStack() as stack:
        sides = {"this": Side(terrace, options.tenants)}
        if options.against:
            other = stack.enter_context(Terrace(options.against))
            sides["other"] = Side(other, options.tenants)
        rounds = []
        for number in range(options.rounds):
            # Each is the first in every second round.
            names = list(sides) if number % 2 == 0 else list(reversed(sides))
            rounds.append({name: sides[name].measure(options.seconds) for name in names})
        memory = {name: side.terrace.memory_megabytes for name, side in sides.items()}
    setting = (
        f"{options.tenants} tenants in random order, 32 connections from wrk, "
        f"{CONNECTIONS} to Postgres, median of {options.rounds} rounds of {options.seconds} s"
    )
    if options.against:
        setting += "; the other build in turns with this one, each with a Postgres of its own"
    return {"setting": setting, "rounds": rounds, "rows": rows(rounds, memory)}


def rows(rounds, memory):
    def median(name, figure):
        return statistics.median(figure(measured[name]) for measured in rounds)

    def share(measured):
        return measured["gateway"]["per_second"] / measured["ceiling"]["per_second"]

    def cpu(measured):
        return measured["gateway"]["cpu_us"]

    def figures(name, title):
        p99 = median(name, lambda measured: measured["gateway"]["p99_us"]) / 1000
        bare = median(name, lambda measured: measured["ceiling"]["per_second"])
        rate = median(name, lambda measured: measured["gateway"]["per_second"])
        ratio, used = median(name, share), median(name, cpu)
        return [
            row(f"{title}ceiling, requests/s", f"{bare:.0f}"),
            row(f"{title}gateway, requests/s", f"{rate:.0f}"),
            row(f"{title}gateway / ceiling", f"{ratio:.2f}", ">= 0.40", ratio >= 0.40),
            row(f"{title}p99, ms", f"{p99:.1f}", "< 8", p99 < 8),
            row(f"{title}gateway CPU per request, µs", f"{used:.1f}", "< 55", used < 55),
            row(f"{title}gateway memory, MB", f"{memory[name]:.0f}", "< 80", memory[name] < 80),
        ]

    def ratio(figure):
        return statistics.median(
            figure(measured["this"]) / figure(measured["other"]) for measured in rounds
        )

    if "other" not in memory:
        return figures("this", "")
    return (
        figures("this", "")
        + [{**other, "target": None, "met": None} for other in figures("other", "other build: ")]
        + [
            row("CPU per request, this / other", f"{ratio(cpu):.2f}"),
            row("share of the ceiling, this / other", f"{ratio(share):.2f}"),
        ]
    )


def row(what, measured, target=None, met=None):
    return {"what": what, "measured": measured, "target": target, "met": met}
