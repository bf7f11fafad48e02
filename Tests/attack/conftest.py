import collections
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "http"))

from installation import Installation  # noqa: E402 (its processes are those of Tests/http)

TALLY = pytest.StashKey()


def pytest_configure(config):
    config.stash[TALLY] = collections.defaultdict(collections.Counter)


@pytest.fixture
def tally(request):
    """Counts an attempt of a group by what became of it."""
    counts = request.config.stash[TALLY]
    return lambda group, outcome, number=1: counts[group].update({outcome: number})


def pytest_terminal_summary(terminalreporter, config):
    terminalreporter.section("attacks")
    for group, counts in sorted(config.stash[TALLY].items()):
        outcomes = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
        terminalreporter.line(f"{group}: {sum(counts.values())} tried: {outcomes}")


@pytest.fixture(scope="session", params=["revoke", "row-level"])
def barrier(request):
    return request.param


@pytest.fixture(scope="session")
def guarded(barrier, tmp_path_factory):
    """An installation with acme and globex, by what keeps an injected expression in its place."""
    with Installation(tmp_path_factory.mktemp(barrier), barrier=barrier).run() as installation:
        for slug in ("acme", "globex"):
            installation.settle(slug)
        yield installation


@pytest.fixture(scope="session")
def installation(tmp_path_factory):
    """The same, with one barrier only: for what does not depend on it."""
    with Installation(tmp_path_factory.mktemp("installation")).run() as installation:
        for slug in ("acme", "globex"):
            installation.settle(slug)
        yield installation
