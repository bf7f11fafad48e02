"""POST /admin/tenants, against the bare SQL."""
import re
import statistics
import time

COUNT = 60
# Stands for the registry's tables, to which a registration adds some rows.
ROWS = "create table bench.row (id uuid primary key default gen_random_uuid(), value text)"


def schema_statements(terrace, superuser):
    """The DDL of a registration, in order, as the server logged it; `t_model` is the tenant."""
    superuser.execute("alter system set log_statement = 'ddl'")
    superuser.execute("select pg_reload_conf()")
    time.sleep(0.5)
    terrace.register("model")
    superuser.execute("alter system reset log_statement")
    superuser.execute("select pg_reload_conf()")
    log = terrace.postgres_log.read_text()
    # Lines that continue a statement begin with a tab.
    entries = re.findall(r"LOG:  (?:statement|execute [^:]*): ((?:.*)(?:\n\t.*)*)", log)
    statements = [entry for entry in entries if not entry.lower().startswith("alter system")]
    if not any("create table" in statement for statement in statements):
        raise SystemExit("the server logged no DDL")
    return statements


def bare_transaction(statements, name):
    rows = "insert into bench.row (value) values (repeat('x', 200));" * 6
    ddl = ";".join(statement.replace("t_model", name) for statement in statements)
    path = f"set local search_path = {name}, pg_temp"
    # Names resolve in the schema once it is there.
    first, _, rest = ddl.partition(f'create schema "{name}"')
    return f'begin;{rows}{first}create schema "{name}";{path}{rest};commit'


def measure_bare(superuser, statements, name):
    sql = bare_transaction(statements, name)
    start = time.perf_counter()
    superuser.execute(sql)
    return time.perf_counter() - start


def run(terrace, options):
    superuser = terrace.superuser()
    statements = schema_statements(terrace, superuser)
    superuser.execute("create schema bench;" + ROWS)
    gateway, bare = [], []
    for number in range(COUNT):
        bare.append(measure_bare(superuser, statements, f"t_bare_{number}"))
        gateway.append(terrace.register(f"bench-{number}"))
    superuser.close()
    gateway_ms = statistics.median(gateway) * 1000
    bare_ms = statistics.median(bare) * 1000
    ratio = gateway_ms / bare_ms
    return {
        "setting": f"{COUNT} tenants, one after the other, in turns with the bare SQL: one "
        "transaction sent as one string",
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
