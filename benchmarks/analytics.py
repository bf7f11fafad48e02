"""GET /analytics of random tenants, against the ceiling."""
import concurrent.futures
import json
import os
import statistics
import subprocess

from terrace import BUILD, ROOT

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


def run(terrace, options):
    slugs = [f"bench-{number}" for number in range(options.tenants)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        tenants = list(pool.map(lambda slug: prepare(terrace, slug), slugs))
    tokens = terrace.home / "tokens"
    tokens.write_text("".join(f"{slug}\t{token}\n" for slug, token in tenants))
    ceiling = open_ceiling(terrace, tenants)
    # Once uncounted, so that caches are warm and statements prepared, as the ceiling does by itself.
    measure_gateway(terrace, tokens, 4)
    # Not the memory that hashing 200 passwords took.
    terrace.forget_peak_memory()
    rounds = [
        (measure_ceiling(ceiling, options.seconds), measure_gateway(terrace, tokens, options.seconds))
        for _ in range(options.rounds)
    ]

    def median(side, figure):
        return statistics.median(pair[side][figure] for pair in rounds)

    ratio = statistics.median(
        gateway["per_second"] / bare["per_second"] for bare, gateway in rounds
    )
    p99, cpu = median(1, "p99_us") / 1000, median(1, "cpu_us")
    memory = terrace.memory_megabytes
    return {
        "setting": f"{options.tenants} tenants in random order, 32 connections from wrk, "
        f"{CONNECTIONS} to Postgres, median of {options.rounds} rounds of {options.seconds} s",
        "rounds": [{"ceiling": bare, "gateway": gateway} for bare, gateway in rounds],
        "rows": [
            row("ceiling, requests/s", f"{median(0, 'per_second'):.0f}"),
            row("gateway, requests/s", f"{median(1, 'per_second'):.0f}"),
            row("gateway / ceiling", f"{ratio:.2f}", ">= 0.40", ratio >= 0.40),
            row("p99, ms", f"{p99:.1f}", "< 8", p99 < 8),
            row("gateway CPU per request, µs", f"{cpu:.1f}", "< 55", cpu < 55),
            row("gateway memory, MB", f"{memory:.0f}", "< 80", memory < 80),
        ],
    }


def row(what, measured, target=None, met=None):
    return {"what": what, "measured": measured, "target": target, "met": met}
