import os
import pathlib
import shutil
import sys

import pytest
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))

from browsing import Visitor  # noqa: E402
from processes import Server  # noqa: E402


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("server")).run() as server:
        yield server


@pytest.fixture(scope="session")
def browser():
    path = os.environ.get("CHROMIUM", shutil.which("chromium"))
    assert path, "there is no chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, server):
    """Makes visitors, each with a browser of their own, and looks at the end at what these noticed."""
    visitors = []

    def make(**options):
        visitors.append(Visitor(browser, server, **options))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.close()
