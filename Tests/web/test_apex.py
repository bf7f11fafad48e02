"""Where no tenant is, and how people write numbers and dates there and elsewhere."""

import re

import pytest
import requests
from browsing import LAPTOP, PHONE


class At:
    """A visitor of another host than a tenant's."""

    def __init__(self, someone, host):
        port = someone.origin.rsplit(":", 1)[1]
        someone.origin = someone.base = f"http://{host}:{port}"
        self.someone, self.port = someone, port


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("host", ["localhost", "nobody.localhost"])
def test_it_asks_for_the_name_and_is_readable(visit, size, theme, host):
    someone = At(visit(size=size, theme=theme), host).someone
    assert someone.open("/").status == (200 if host == "localhost" else 404)
    someone.check_rules()
    someone.check_width()
    someone.picture(f"apex-{host}-{'phone' if size == PHONE else 'laptop'}-{theme}")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("host", ["localhost", "nobody.localhost"])
@pytest.mark.parametrize("name", ["acme", "nobody-else"])
def test_it_goes_to_the_tenant_whether_there_is_one_or_not(visit, script, host, name):
    at = At(visit(script=script), host)
    someone = at.someone
    someone.open("/")
    someone.origin = f"http://{name}.localhost:{at.port}"
    someone.page.fill("#tenant", name.upper())
    someone.page.click("button.primary")
    someone.page.wait_for_url(f"{someone.origin}/**")
    assert (someone.page.locator("#password").count() == 1) == (name == "acme")
    # The form itself was sent to where it was.
    someone.faults = [fault for fault in someone.faults if f"//{host}:" not in fault]


@pytest.mark.parametrize("name", ["a.b", "//other.example", "acme@other.example", "-", "x" * 50, "<script>"])
def test_what_is_no_name_leads_nowhere(visit, name):
    at = At(visit(), "localhost")
    answer = requests.get(
        f"http://127.0.0.1:{at.port}/", params={"tenant": name}, timeout=10, allow_redirects=False,
        headers={"Host": f"localhost:{at.port}", "Accept": "text/html"})
    assert answer.status_code == 422 and "<script>" not in answer.text


def test_an_address_without_names_leads_to_a_path(visit):
    at = At(visit(), "127.0.0.1")
    answer = requests.get(
        f"http://127.0.0.1:{at.port}/", params={"tenant": "acme"}, timeout=10, allow_redirects=False,
        headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://127.0.0.1:{at.port}/t/acme/"


def test_programs_and_other_paths_are_told_what_they_were_told_before(visit):
    at = At(visit(), "localhost")
    for path, accept in [("/", "application/json"), ("/other", "text/html"), ("/v1/me", "text/html")]:
        answer = requests.get(f"http://127.0.0.1:{at.port}{path}", timeout=10, headers={
            "Host": f"localhost:{at.port}", "Accept": accept})
        assert answer.status_code == 404
    answer = requests.get(f"http://127.0.0.1:{at.port}/", timeout=10, headers={
        "Host": f"localhost:{at.port}", "Accept": "application/json"})
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("locale, month, amount", [
    ("en-US", "November 2026|December 2026", r"1,234\.50"),
    ("de-AT", "November 2026|Dezember 2026", r"1\.234,50"),
    ("fr-CA", "novembre 2026|décembre 2026", "1\u202f234,50"),
    ("hi-IN", "नवंबर 2026|दिसंबर 2026", r"1,234\.50"),
    ("ja-JP", "2026年1[12]月", r"1,234\.50"),
])
def test_months_and_amounts_are_written_as_the_reader_does(visit, locale, month, amount):
    someone = visit(locale=locale)
    someone.join()
    comma = locale[:2] in ("de", "fr")
    someone.make_account(balance="1234,50" if comma else "1234.50")
    someone.open("/")
    assert re.search(month, someone.page.inner_text("h1"))
    assert re.search(amount, someone.page.inner_text(".accounts"))
    # Texts are English where there are none yet.
    assert someone.page.get_attribute("html", "lang") == ("de" if locale[:2] == "de" else "en")
    someone.open("/settings")
    someone.check_rules()
