"""A registry of 100,000 tenants: what it costs a gateway to know them all."""
import statistics
import time

CELL_CAPACITY = 500
REGISTRATIONS = 20

# What makes a row of the model's another tenant's; `n` is its number.
DIFFERENCES = {
    "cells": "'id', n, 'login', 'terrace_cell_' || n",
    "tenants": "'id', md5('bench' || n)::uuid, 'schema_name', 't_bench_' || n,"
    f" 'namespace', 'tenant-bench-' || n, 'cell_id', 2 + (n - 1) / {CELL_CAPACITY}",
    "hosts": "'name', 'bench-' || n, 'tenant_id', md5('bench' || n)::uuid",
    "signing_keys": "'kid', md5('kid' || n), 'tenant_id', md5('bench' || n)::uuid",
    "sealed_keys": "'kid', md5('kid' || n), 'tenant_id', md5('bench' || n)::uuid",
}


def fill(superuser, count):
    """Rows of `count` tenants like acme, without schemas; the seconds that it took."""
    start = time.perf_counter()
    # Without triggers: they are made for a few changes, and would stamp each row by itself.
    statements = ["begin", "set local session_replication_role = replica"]
    for table, differences in DIFFERENCES.items():
        if superuser.execute(f"select to_regclass('registry.{table}') is null")[0] == ["t"]:
            continue
        owner = "tenant_id" if table != "tenants" else "id"
        model = f"{owner} = (select tenant_id from registry.hosts where name = 'acme')"
        first, last = 1, count
        if table == "cells":
            model, first, last = "id = 1", 2, 1 + count // CELL_CAPACITY
        statements.append(
            f"insert into registry.{table} select (jsonb_populate_record(model,"
            f" jsonb_build_object({differences}))).* from registry.{table} model,"
            f" generate_series({first}, {last}) n where {model}"
        )
    statements += [
        "update registry.revision set value = value + 1",
        "update registry.cells set revision = value from registry.revision where id > 1",
        "update registry.tenants set revision = value from registry.revision"
        " where schema_name like 't\\_bench\\_%'",
        "select pg_notify('terrace_registry', '')",
        "commit",
    ]
    superuser.execute(";".join(statements))
    superuser.execute("vacuum analyze")
    return time.perf_counter() - start


def await_tenants(terrace, count):
    """The seconds until the gateway knows so many tenants."""
    start = time.perf_counter()
    while terrace.metric("terrace_registry_tenants") < count:
        if time.perf_counter() - start > 120:
            raise SystemExit(f"the gateway does not know {count} tenants after 120 s")
        time.sleep(0.005)
    return time.perf_counter() - start


def registrations(terrace, name):
    """Each returns when the gateway has read the change: the median in milliseconds."""
    return statistics.median(
        terrace.register(f"{name}-{number}") * 1000 for number in range(REGISTRATIONS)
    )


def run(terrace, options):
    count = options.registry_tenants // CELL_CAPACITY * CELL_CAPACITY
    superuser = terrace.superuser()
    few_ms = registrations(terrace, "few")
    few_megabytes = terrace.resident_megabytes
    before = terrace.cpu_seconds
    fill_seconds = fill(superuser, count)
    superuser.close()
    await_tenants(terrace, count)
    load_cpu = terrace.cpu_seconds - before
    terrace.end()
    start = time.perf_counter()
    terrace.start()
    await_tenants(terrace, count)
    start_seconds = time.perf_counter() - start
    resident, peak = terrace.resident_megabytes, terrace.memory_megabytes
    many_ms = registrations(terrace, "many")
    each = (resident - few_megabytes) * 1024 / count
    rows = [
        ("rows written by SQL, s", f"{fill_seconds:.1f}"),
        ("CPU of the gateway to read them as one change, s", f"{load_cpu:.2f}"),
        ("terrace dev from start to ready with them, s", f"{start_seconds:.2f}"),
        ("memory with two dozen tenants, MB", f"{few_megabytes:.0f}"),
        ("memory with all, after a start, MB", f"{resident:.0f}"),
        ("its peak, while loading, MB", f"{peak:.0f}"),
        ("memory of each tenant, KB", f"{each:.1f}"),
        ("POST /admin/tenants among two dozen, median ms", f"{few_ms:.1f}"),
        ("POST /admin/tenants among all, median ms", f"{many_ms:.1f}"),
    ]
    return {
        "setting": f"{count} tenants in {count // CELL_CAPACITY} cells, rows without schemas; "
        "terrace dev, which is gateway and admin endpoint in one process",
        "rows": [{"what": what, "measured": measured} for what, measured in rows],
    }
