"""Whether the time of a refused login tells that the user exists, and by which kind of hash.

Each kind is compared with names that do not exist, by the two-sample test of Kolmogorov and Smirnov;
names that do not exist are compared with one another as well, which shows what noise looks like.
"""
import hashlib
import itertools
import math
import random
import statistics
import time

from analytics import row

# N, r and p of the stored hashes: what Terrace makes, what Werkzeug makes by default, and others
# that are read.
KINDS = [(32768, 8, 3), (32768, 8, 1), (16384, 8, 1), (65536, 8, 1), (65536, 8, 2), (131072, 8, 1)]
UNKNOWN, CONTROL, UNREADABLE = "unknown name", "another unknown name", "a hash that is not read"
WARM_UP = 5
# Of so many comparisons, one is below this by chance in a run of a thousand.
LEAST_P = 0.001 / (len(KINDS) + 2)


def stored_hash(n, r, p):
    """As Werkzeug writes it."""
    key = hashlib.scrypt(b"right", salt=b"salt", n=n, r=r, p=p, maxmem=1 << 28, dklen=64)
    return f"scrypt:{n}:{r}:{p}$salt${key.hex()}"


def populate(terrace, hashes, samples):
    """A user of each kind for each sample: an account has ten wrong passwords only."""
    terrace.register("timing")
    superuser = terrace.superuser()
    superuser.execute(
        "set search_path = t_timing;"
        "insert into ledger (name, currency, time_zone) values ('Personal', 'USD', 'UTC')"
    )
    for number, stored in enumerate(hashes.values()):
        superuser.execute(
            "insert into app_user (username, username_canonical, password_hash, default_ledger_id)"
            f" select name, name, '{stored}', (select max(id) from ledger)"
            f" from (select 'kind{number}-' || n as name from generate_series(0, {samples}) n) names"
        )
    superuser.execute("vacuum analyze")
    superuser.close()


def measure(terrace, connection, username):
    start = time.perf_counter()
    status, answer = terrace.call(
        "POST",
        "/login",
        {"username": username, "password": "wrong"},
        host="timing.localhost",
        connection=connection,
    )
    elapsed = time.perf_counter() - start
    if status != 401:
        raise SystemExit(f"POST /login: {status} {answer}")
    return elapsed * 1000


def compare(one, other):
    """The greatest difference of the two distributions, and how probable one as great is if they are
    the same (the asymptotic formula, with Stephens' correction)."""
    d = max(
        abs(sum(x <= at for x in one) / len(one) - sum(x <= at for x in other) / len(other))
        for at in itertools.chain(one, other)
    )
    root = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
    scaled = (root + 0.12 + 0.11 / root) * d
    if scaled < 0.2:
        return d, 1.0
    terms = ((-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101))
    return d, min(1.0, max(0.0, 2 * sum(terms)))


def run(terrace, options):
    samples = 20 * options.rounds
    hashes = {"scrypt:" + ":".join(map(str, kind)): stored_hash(*kind) for kind in KINDS}
    hashes[UNREADABLE] = "pbkdf2:sha256:600000$salt$00"
    populate(terrace, hashes, samples)
    prefixes = {name: f"kind{number}" for number, name in enumerate(hashes)}
    prefixes |= {UNKNOWN: "nobody", CONTROL: "noone"}
    times = {name: [] for name in prefixes}
    connection = terrace.connection(terrace.port)
    for number in range(WARM_UP):
        measure(terrace, connection, f"warm-up-{number}")
    for number in range(samples):
        for name in random.sample(list(prefixes), len(prefixes)):
            times[name].append(measure(terrace, connection, f"{prefixes[name]}-{number}"))
    connection.close()
    return {
        "setting": f"POST /login with a wrong password, one connection, {samples} users of each "
        "kind, in random order; the median in ms, and against unknown names Kolmogorov and "
        "Smirnov's D and p",
        "times_ms": times,
        "rows": rows(times),
    }


def rows(times):
    answer = [row(f"{UNKNOWN}: ms", f"{statistics.median(times[UNKNOWN]):.1f}")]
    for name in [CONTROL] + [name for name in times if name not in (UNKNOWN, CONTROL)]:
        d, p = compare(times[UNKNOWN], times[name])
        median = statistics.median(times[name])
        answer.append(
            {
                "what": f"{name}: ms, D, p",
                "measured": f"{median:.1f} {d:.2f} {p:.3f}",
                "target": f"p > {LEAST_P:.4f}",
                "met": p > LEAST_P,
            }
        )
    return answer
