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
