"""SQL as each kind of login: nothing of another tenant is seen or changed, whatever is tried, and
the next tenant on the same connection finds it as it was."""

import contextlib

import psycopg
import pytest

import statements
from installation import mark

SECRETS = (mark("globex"), "scrypt:")


def attempts(installation, role):
    with installation.superuser() as database:
        schemas = ["t_globex", "registry"]
        names = statements.relations(database, schemas) + ["pg_catalog.pg_authid"]
        calls = list(statements.functions(database, role))
    for name in names:
        for form in statements.FORMS:
            yield form.format(r=name)
    for name in statements.SETTINGS:
        value = statements.VALUES.get(name, "x")
        for lasts in "true", "false":
            yield f"select set_config('{name}', '{value}', {lasts}), (select count(*) from t_globex.transaction)"
            yield (f"select set_config('{name}', '{value}', {lasts}), "
                   "query_to_xml('select * from t_globex.transaction', true, true, '')")
        yield f"set {name} = '{value}'"
        yield f"update pg_settings set setting = '{value}' where name = '{name}'"
    yield from statements.OTHERS
    yield from calls


def foreign(installation):
    """All of globex and the registry, and who may do what: what no attack may change. The intruder's
    own logins are replaced by themselves."""
    with installation.superuser() as database:
        names = [
            name for name in statements.relations(database, ["t_globex", "registry"])
            # Leases and what hangs on them change by themselves.
            if not any(word in name for word in ("lease", "upstream", "own_"))]
        rows = {
            name: database.execute(f"select array_agg(x::text order by x::text) from {name} x").fetchone()
            for name in names}
        rights = database.execute(
            "select array_agg(x order by x) from (select format('%s %s %s', rolname, rolsuper, rolcanlogin)"
            " from pg_roles union all select format('%s %s', nspname, nspacl) from pg_namespace"
            " where nspname !~ '^pg_(temp|toast_temp)'"
            " union all select format('%s %s %s %s', oid::regclass, relacl, relowner::regrole, relrowsecurity)"
            " from pg_class where relnamespace::regnamespace::text in ('t_globex', 't_acme', 'registry')"
            " union all select format('%s %s', roleid::regrole, member::regrole) from pg_auth_members"
            " union all select format('%s %s', datname, datacl) from pg_database"
            " union all select format('%s %s', oid::regprocedure, proacl) from pg_proc where proacl is not null"
            " union all select format('%s %s', polrelid::regclass, polname) from pg_policy) t (x)"
            " where x !~ 'initech'").fetchone()
    return rows, rights


def try_all(connect, statements_, tally, group, prepare=lambda connection: None, after=None):
    """Runs each statement in a transaction of its own; those that showed something secret."""
    shown = []
    connection = connect()
    for statement in statements_:
        if connection.closed:
            connection = connect()
        try:
            with contextlib.suppress(psycopg.errors.InvalidTransactionState):
                with connection.transaction():
                    prepare(connection)
                    cursor = connection.execute(statement, prepare=False)
                    rows = str(cursor.fetchall()) if cursor.description else ""
                    if any(secret in rows for secret in SECRETS):
                        shown.append(statement)
            tally(group, "harmless")
        except (psycopg.Error, UnicodeDecodeError):
            tally(group, "refused")
        if after:
            after(connection, statement)
    connection.close()
    return shown


def test_an_injected_statement_of_a_shared_tenant_reaches_nothing_else(guarded, tally, barrier):
    before, cell = foreign(guarded), guarded.cell("acme")

    def connect():
        connection = guarded.connect(cell, autocommit=True)
        connection.execute("set statement_timeout = '2s'")
        return connection

    shown = try_all(
        connect, attempts(guarded, "t_acme"), tally, f"SQL injected at a shared tenant ({barrier})",
        prepare=lambda connection: guarded.switch(connection, "acme"))
    assert not shown
    assert foreign(guarded) == before


@pytest.mark.parametrize("slug", ["acme", "globex"])
def test_every_tenants_figures_are_its_own_afterwards(guarded, slug):
    test = guarded.figures(slug)
    assert test.status_code == 200
    assert test.json()["total_income"] == {"acme": 111111, "globex": 222222}[slug]


def test_a_cells_login_without_the_switch_reaches_nothing(guarded, tally, barrier):
    before, cell = foreign(guarded), guarded.cell("acme")

    def connect():
        connection = guarded.connect(cell, autocommit=True)
        connection.execute("set statement_timeout = '2s'")
        return connection

    # It may become each of its tenants: that is what it is for, and what no statement of a tenant can
    # have it do.
    allowed = ("set_config('role'", "set role t_", "set role = 't_globex'", "set_config('role''")
    tried = [
        statement for statement in attempts(guarded, cell)
        if not any(word in statement for word in allowed) and "role''" not in statement
        and "terminate_backend" not in statement and "cancel_backend" not in statement]
    assert not try_all(connect, tried, tally, f"SQL of a cell's login ({barrier})")
    assert foreign(guarded) == before


def test_the_readers_login_changes_nothing_and_reads_no_tenants_rows(guarded, tally, barrier):
    before = foreign(guarded)

    def connect():
        connection = guarded.connect("terrace_reader", autocommit=True)
        connection.execute("set statement_timeout = '2s'")
        return connection

    tried = [statement for statement in attempts(guarded, "terrace_reader")
             if "terminate_backend" not in statement and "cancel_backend" not in statement]
    assert not try_all(connect, tried, tally, f"SQL of the reader's login ({barrier})")
    assert foreign(guarded) == before


def test_a_dedicated_tenants_login_reaches_nothing_else(guarded, tally, barrier):
    guarded.register("initech", "dedicated")
    answer = guarded.admin("POST", "/admin/tenants/initech/credentials")
    assert answer.status_code in (200, 201), answer.text
    login, before = answer.json()["login"], foreign(guarded)

    def connect():
        return guarded.connect(login, autocommit=True, options="-c statement_timeout=2s")

    tried = [statement for statement in attempts(guarded, login)
             if "terminate_backend" not in statement and "cancel_backend" not in statement]
    tried += ["set role t_globex", "set role t_acme"]
    assert not try_all(connect, tried, tally, f"SQL of a dedicated tenant's login ({barrier})")
    assert foreign(guarded) == before
