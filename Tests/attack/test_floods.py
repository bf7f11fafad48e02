"""One against all: what one tenant, its SQL or one address can use up, and what the others see."""

import concurrent.futures
import contextlib
import socket
import statistics
import threading

import psycopg
import pytest

from installation import INCOME, Installation
from statements import EXPRESSIONS

@pytest.fixture(scope="module")
def flooded(tmp_path_factory):
    with Installation(tmp_path_factory.mktemp("flooded")).run() as installation:
        for slug in ("acme", "globex"):
            installation.settle(slug)
        yield installation


def assert_served(installation, slug="globex"):
    """The tenant's user gets their figures, and can write."""
    answer = installation.figures(slug, timeout=20)
    assert answer.status_code == 200 and answer.json()["total_income"] == INCOME[slug], answer.text
    answer = installation.gateway.call(
        slug, "POST", "/transaction", installation.tokens[slug], {"type": "expense", "amount": 1}, timeout=20)
    assert answer.status_code == 200, answer.text


@contextlib.contextmanager
def beside(body):
    """Runs it on a thread for as long as the `with`, and waits for its end."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        running = pool.submit(body)
        yield
        running.result(60)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_the_others_are_served_beside_an_injected_expression(flooded, tally, name):
    """On a connection of the tenant's cell, as the gateway has them, with a shorter time limit."""
    started = threading.Event()

    def inject():
        with flooded.connect(flooded.cell("acme"), autocommit=True, options="-c statement_timeout=2s") as connection:
            started.set()
            for _ in range(2):
                with contextlib.suppress(psycopg.Error), connection.transaction():
                    flooded.switch(connection, "acme")
                    connection.execute(EXPRESSIONS[name])
                    tally("floods of an expression", "ran")
                    continue
                tally("floods of an expression", "refused")
            # The connection lives on, as a pooled one would.
            assert_served(flooded)

    with beside(inject):
        started.wait(10)
        for _ in range(5):
            assert_served(flooded)
    flooded.register(f"after-{list(EXPRESSIONS).index(name)}")


@pytest.fixture(scope="module")
def intruder(flooded):
    flooded.register("initech", "dedicated")
    answer = flooded.admin("POST", "/admin/tenants/initech/credentials")
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["login"]


# What a dedicated tenant's own login could hold: SQL of its own, in sessions of its own.
SESSIONS = {
    "idle in a transaction": ["begin", "select * from registry.own_tenant"],
    "listening in a transaction": ["listen terrace_registry", "begin", "select 1"],
    "locks of tables": ["begin", "lock table registry.own_tenant in access share mode"],
    "leases": ["select registry.renew_lease(gen_random_uuid(), 'x', 1, '10 minutes') from generate_series(1, 20000)"],
    "cursor": ["declare c cursor with hold for select generate_series(1, 1000000)"],
    "prepared statements": [f"prepare p{number} as select {number}" for number in range(2000)],
    "notifications": [f"notify terrace_registry, '{number}'" for number in range(5000)],
} | {name: [statement] for name, statement in EXPRESSIONS.items()}


@pytest.mark.parametrize("name", SESSIONS)
def test_the_others_are_served_beside_a_dedicated_tenants_own_sql(flooded, intruder, tally, name):
    with contextlib.ExitStack() as stack:
        for _ in range(2):
            connection = stack.enter_context(contextlib.closing(
                flooded.connect(intruder, autocommit=True, options="-c statement_timeout=1s")))
            for statement in SESSIONS[name]:
                outcome = "ran"
                try:
                    connection.execute(statement, prepare=False)
                except psycopg.Error:
                    outcome = "refused"
                    break
            tally("floods of a dedicated login", outcome)
            assert_served(flooded)
        flooded.register(f"beside-{list(SESSIONS).index(name)}")
        flooded.command("migrate", TERRACE_OWNER_PASSWORD=flooded.secrets["owner"])
        assert_served(flooded)


# What each connection sends, and no more.
BEGINNINGS = {
    "nothing": b"",
    "half a head": b"POST /login HTTP/1.1\r\nHo",
    "a head without its body": b"POST /login HTTP/1.1\r\nHost: acme.localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n",
}


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_idle_connections_of_many_addresses_do_not_close_the_listener(tmp_path_factory, tally, beginning):
    settings = {"TERRACE_MAX_CONNECTIONS": "200", "TERRACE_MAX_CONNECTIONS_PER_PEER": "100"}
    with Installation(tmp_path_factory.mktemp("idle"), settings=settings).run() as installation:
        for slug in ("acme", "globex"):
            installation.settle(slug)
        with contextlib.ExitStack() as stack:
            for number in range(2000):
                source = f"127.0.1.{number % 20 + 1}"
                with contextlib.suppress(OSError):
                    connection = stack.enter_context(socket.create_connection(
                        ("127.0.0.1", installation.gateway.port), timeout=5, source_address=(source, 0)))
                    connection.sendall(BEGINNINGS[beginning])
                    tally(f"idle connections, {beginning}", "opened")
                if number % 200 == 199:
                    assert_served(installation)


def test_logins_of_one_address_at_many_tenants_leave_room_for_another(tmp_path_factory, tally):
    settings = {"TERRACE_TRUSTED_PROXIES": "127.0.0.1"}
    with Installation(tmp_path_factory.mktemp("logins"), settings=settings).run() as installation:
        slugs = [f"logins-{number}" for number in range(40)]
        for slug in [*slugs, "acme", "globex"]:
            installation.register(slug)
        for slug in ("acme", "globex"):
            user = {"username": "user", "password": "a long password"}
            assert installation.gateway.call(slug, "POST", "/register", body=user).status_code == 200
        stop, answered, overtaken = threading.Event(), [], []

        def flood(number):
            while not stop.is_set():
                answer = installation.gateway.call(
                    slugs[number], "POST", "/login", body={"username": "user", "password": "wrong"},
                    headers={"X-Forwarded-For": "203.0.113.1"}, timeout=90)
                tally("logins of one address", str(answer.status_code))
                answered.append(answer.status_code)

        with concurrent.futures.ThreadPoolExecutor(40) as pool:
            floods = [pool.submit(flood, number) for number in range(40)]
            try:
                for number in range(5):
                    before = len(answered)
                    answer = installation.gateway.call(
                        "globex", "POST", "/login", body={"username": "user", "password": "a long password"},
                        headers={"X-Forwarded-For": f"198.51.100.{number}"}, timeout=60)
                    assert answer.status_code == 200, answer.text
                    overtaken.append(len(answered) - before)
            finally:
                stop.set()
            for each in floods:
                each.result()
        # The address has one turn for each of another's, however many tenants it asks.
        assert statistics.median(overtaken) < len(slugs) / 2, overtaken
