"""Twenty different statements through the Postgres client, for 200 and 2,000 tenants of which some
are asked for far more often than others; and the memory that it costs the server.

The client is Tests/MixedLoad, without the rest of Terrace. With --against another build of it is
measured too, in turns with this one, on the same database."""
import concurrent.futures
import json
import os
import pathlib
import statistics
import subprocess

from analytics import CONNECTIONS, row
from terrace import ROOT, cpu_seconds

BINARY = ROOT / ".build/release/MixedLoad"
COUNTS = 200, 2000
# As many as a cell has: a login for each so many tenants.
TENANTS_OF_A_LOGIN = 500
ENTRIES = 100


def prepare(terrace):
    """Tenants with a user, a ledger and entries: the lines that MixedLoad reads."""
    slugs = [f"bench-{number}" for number in range(max(COUNTS))]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(terrace.register, slugs))
    superuser = terrace.superuser()
    lines = []
    for number, slug in enumerate(slugs):
        login, role = f"mixed_{number // TENANTS_OF_A_LOGIN}", "t_" + slug.replace("-", "_")
        if number % TENANTS_OF_A_LOGIN == 0:
            superuser.execute(
                f"create role {login} login noinherit password '{login}';"
                f"grant connect on database terrace to {login};"
                f"grant execute on function pg_catalog.set_config(text, text, boolean) to {login}"
            )
        superuser.execute(f"grant {role} to {login}")
        user, ledger = fill(superuser, role)
        lines.append(f"{login}\t{role}\t{user}\t{ledger}\n")
    superuser.execute("vacuum analyze")
    superuser.close()
    return lines


def fill(superuser, schema):
    return superuser.execute(
        f"set search_path = {schema};"
        "insert into ledger (name, currency, time_zone) values ('Personal', 'USD', 'UTC');"
        "insert into app_user (username, username_canonical, password_hash, default_ledger_id)"
        " select 'user', 'user', '', id from ledger;"
        "insert into account (ledger_id, kind, type, name, currency, version)"
        " select id, 'asset', 'cash', 'Cash', currency, 1 from ledger;"
        "insert into transaction (ledger_id, account_id, created_by, amount, currency, memo, date,"
        "  status, search, version)"
        " select u.default_ledger_id, a.id, u.id, case n % 4 when 0 then n else -n end, a.currency,"
        "  'entry ' || n, date '2026-01-01' + n * 3, 'cleared', '', 1"
        f" from app_user u, account a, generate_series(1, {ENTRIES}) n;"
        "select id, default_ledger_id from app_user"
    )[0]


def measure(binary, terrace, tenants, seconds):
    folder, port = terrace.postgres
    command = [binary, folder, port, str(CONNECTIONS), str(seconds), str(seconds), tenants]
    server = postmaster(folder, port)
    before = cpu_of_server(server)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as load:
        line = load.stdout.readline()
        if not line:
            raise SystemExit("MixedLoad failed")
        answer = json.loads(line)
        backends = look_at_backends(terrace)
    # Once the connections are closed, so that nothing is under way.
    used = cpu_of_server(server) - before
    return answer | backends | {"server_cpu_us": used / answer["requests_in_all"] * 1e6}


def postmaster(folder, port):
    """The server's first process, by the lock file of its socket."""
    return int(pathlib.Path(folder, f".s.PGSQL.{port}.lock").read_text().split()[0])


def cpu_of_server(process):
    """What the server's processes have used so far, those that are gone included."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")")[1].split()
    gone = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
    children = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return gone + cpu_seconds(process) + sum(cpu_seconds(child) for child in children)


def look_at_backends(terrace):
    superuser = terrace.superuser()
    processes = superuser.execute("select pid from pg_stat_activity where usename like 'mixed%'")
    superuser.close()
    return {
        "backends": len(processes),
        "backends_mb": sum(private_megabytes(process) for (process,) in processes),
    }


def private_megabytes(process):
    """Without the buffers, which all backends share."""
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    raise SystemExit("no RssAnon in /proc")


def run(terrace, options):
    subprocess.run([ROOT / "scripts/build", "MixedLoad"], check=True)
    lines = prepare(terrace)
    binaries = {"this": BINARY} | ({"other": options.against} if options.against else {})
    measured = {}
    for count in COUNTS:
        tenants = terrace.home / f"mixed-{count}"
        tenants.write_text("".join(lines[:count]))
        measured[count] = [
            {
                name: measure(binaries[name], terrace, tenants, options.seconds)
                for name in (list(binaries) if number % 2 == 0 else list(reversed(binaries)))
            }
            for number in range(options.rounds)
        ]
    return {
        "setting": f"20 statements alike often, four of which write; tenants by Zipf's law; 32 "
        f"requests at once, {CONNECTIONS} connections, a login for each {TENANTS_OF_A_LOGIN} "
        f"tenants; median of {options.rounds} rounds of {options.seconds} s after as many "
        "uncounted; the backends' memory is what is resident and private to them",
        "rounds": measured,
        "rows": [
            figure
            for count in COUNTS
            for name in binaries
            for figure in rows(measured[count], count, name)
        ],
    }


def rows(rounds, count, name):
    title = f"{count} tenants" + (", other build" if name == "other" else "") + ": "

    def median(figure):
        return statistics.median(measured[name][figure] for measured in rounds)

    return [
        row(f"{title}requests/s", f"{median('per_second'):.0f}"),
        row(f"{title}p50, p99, ms", f"{median('p50_us') / 1000:.1f} {median('p99_us') / 1000:.1f}"),
        row(f"{title}client CPU per request, µs", f"{median('client_cpu_us'):.1f}"),
        row(f"{title}server CPU per request, µs", f"{median('server_cpu_us'):.0f}"),
        row(f"{title}memory of {median('backends'):.0f} backends, MB", f"{median('backends_mb'):.0f}"),
    ]
