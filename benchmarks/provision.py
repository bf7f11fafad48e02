"""POST /admin/tenants, against the bare SQL."""
import re
import secrets
import statistics
import time
import uuid

COUNT = 60
# In the tenant's slug, schema, role and namespace, and in nothing else.
MODEL = "modeltenant"


def transaction(terrace, superuser):
    """The SQL of a registration from BEGIN to COMMIT, as the server logged it; `MODEL` is the
    tenant."""
    superuser.execute("alter system set log_statement = 'all'")
    superuser.execute("select pg_reload_conf()")
    time.sleep(0.5)
    terrace.register(MODEL)
    superuser.execute("alter system reset log_statement")
    superuser.execute("select pg_reload_conf()")
    # Lines that continue an entry begin with a tab.
    entries = re.findall(
        r"^\S+ \S+ \S+ \[(\d+)\] (LOG|DETAIL):  (.*(?:\n\t.*)*)", terrace.postgres_log.read_text(),
        re.MULTILINE,
    )
    schema = f'create schema "t_{MODEL}"'
    session = next((process for process, _, text in entries if schema in text), None)
    if session is None:
        raise SystemExit("the server logged no registration")
    statements = []
    for process, kind, text in entries:
        if process != session:
            continue
        if kind == "DETAIL":
            statements[-1] = with_parameters(statements[-1], text)
            continue
        statement = re.sub(r"^execute [^:]*: ", "", text)
        if statement == "begin":
            statements = []
        statements.append(statement)
        if statement == "commit" and any(schema in earlier for earlier in statements):
            return ";\n".join(statements)
    raise SystemExit("the registration was not committed")


def with_parameters(statement, detail):
    values = dict(re.findall(r"\$(\d+) = ('(?:[^']|'')*'|NULL)", detail))
    return re.sub(r"\$(\d+)", lambda match: values[match[1]], statement)


def of_another(sql, name):
    """The same for another tenant, with ids of its own."""
    sql = sql.replace(MODEL, name)
    for old in set(re.findall(r"'([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'", sql)):
        sql = sql.replace(old, str(uuid.uuid4()))
    for old in set(re.findall(r"'([A-Za-z0-9_-]{22})'", sql)):
        sql = sql.replace(old, secrets.token_urlsafe(16))
    return sql


def measure_bare(owner, sql):
    start = time.perf_counter()
    owner.execute(sql)
    elapsed = time.perf_counter() - start
    # The gateway reads of it, and should not do so beside the next registration.
    time.sleep(0.02)
    return elapsed


def run(terrace, options):
    owner = terrace.superuser()
    sql = transaction(terrace, owner)
    owner.execute("set session authorization terrace_owner")
    # Both clients keep their connection.
    admin = terrace.connection(terrace.admin_port)
    gateway, bare = [], []
    for number in range(COUNT):
        bare.append(measure_bare(owner, of_another(sql, f"bare{number}")))
        gateway.append(terrace.register(f"bench-{number}", admin))
    admin.close()
    owner.close()
    gateway_ms = statistics.median(gateway) * 1000
    bare_ms = statistics.median(bare) * 1000
    ratio = gateway_ms / bare_ms
    return {
        "setting": f"{COUNT} tenants, one after the other, in turns with the bare SQL: the "
        "transaction of a registration, as one string through libpq",
        "gateway_ms": [seconds * 1000 for seconds in gateway],
        "bare_ms": [seconds * 1000 for seconds in bare],
        "rows": [
            {"what": "bare SQL, median ms", "measured": f"{bare_ms:.1f}"},
            {
                "what": "POST /admin/tenants, median ms",
                "measured": f"{gateway_ms:.1f}",
                "target": "< 60",
                "met": gateway_ms < 60,
            },
            {
                "what": "POST /admin/tenants / bare SQL",
                "measured": f"{ratio:.2f}",
                "target": "<= 1.50",
                "met": ratio <= 1.5,
            },
        ],
    }
