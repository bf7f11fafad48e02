import household
import pytest
from processes import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("server")).run() as server:
        yield server


@pytest.fixture(scope="module")
def token(server):
    """Of the demo user, at acme."""
    return server.log_in("acme")


@pytest.fixture(scope="module")
def house(server, token):
    """The demo user's ledger, at acme."""
    return household.Household(f"{server.public}/t/acme", {"x-access-token": token})
