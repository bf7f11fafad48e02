"""What other sites, other tenants and what people write cannot do."""

import datetime
import re

import pytest
import requests

ATTACK = """"><script>alert(1)</script><img src=x onerror=alert(2)>'"""


@pytest.fixture
def signed_in(visit):
    someone = visit()
    someone.join()
    someone.make_account()
    return someone


def cookies(visitor):
    return {cookie["name"]: cookie["value"] for cookie in visitor.context.cookies()}


def request(visitor, method, path, **options):
    """As a browser sends it, which follows no redirect here."""
    headers = {"Accept": "text/html"} | options.pop("headers", {})
    host = visitor.origin.split("//")[1]
    port = host.rsplit(":", 1)[1]
    return requests.request(
        method, f"http://127.0.0.1:{port}{path}", headers=headers | {"Host": host},
        allow_redirects=False, timeout=10, **options)


def test_what_people_write_is_shown_and_not_run(signed_in):
    page = signed_in.page
    signed_in.add("5", ATTACK, memo=ATTACK)
    for path in ["/", *(a for a in page.locator(".tabs a").evaluate_all("all => all.map(a => a.pathname)"))]:
        page.goto(signed_in.origin + path)
    page.click(".tabs a:nth-child(2)")
    assert "<script>alert(1)" in page.inner_text(".row")
    page.click(".row-main")
    assert page.input_value("#payee") == ATTACK
    page.fill("#amount", ATTACK)
    page.click(".entry button.primary")
    assert page.input_value("#amount") == ATTACK


@pytest.fixture
def attacked(visit, server):
    """Somebody whose books, imports and devices have an attack in each text, and the addresses of their
    pages."""
    someone = visit()
    someone.join()
    call = requests.Session()
    call.headers["User-Agent"] = ATTACK

    def make(method, path, body=None, status=(200, 201), **options):
        answer = call.request(
            method, f"{server.public}/t/acme/v1{path}", json=body, timeout=60, **options)
        assert answer.status_code in status, f"{path}: {answer.text}"
        return answer.json()

    name = someone.page.inner_text(".menu summary").strip()
    session = make("POST", "/sessions", {"username": name, "password": "a long password"})
    call.headers["Authorization"] = f"Bearer {session['access_token']}"
    make("PATCH", "/me", {"display_name": ATTACK})
    make("POST", "/tokens", {"name": ATTACK, "scope": "read"})
    ledger = make("GET", "/ledgers")["data"][0]["id"]
    make("PATCH", f"/ledgers/{ledger}", {"name": ATTACK})
    books = f"/ledgers/{ledger}"
    account = make("POST", books + "/accounts", {
        "name": ATTACK, "type": "checking", "opening_balance": "5.00"})["id"]
    other = make("POST", books + "/accounts", {"name": ATTACK + "2", "type": "savings"})["id"]
    group = make("POST", books + "/categories", {"name": ATTACK, "kind": "expense"})["id"]
    category = make("POST", books + "/categories", {
        "name": ATTACK + "3", "kind": "expense", "parent_id": group})["id"]
    today = datetime.date.today().isoformat()
    entry = {
        "account_id": account, "date": today, "amount": "-3.00", "payee": ATTACK, "memo": ATTACK,
        "tags": ["<script>alert(3)</script>"], "category_id": category}
    transaction = make("POST", books + "/transactions", entry)["id"]
    make("POST", books + "/transactions", entry | {"category_id": None})
    make("POST", books + "/transactions", {
        "account_id": account, "date": today, "amount": "-2.00", "transfer_account_id": other,
        "memo": ATTACK})
    recurrence = make("POST", books + "/recurrences", {
        "template": {key: entry[key] for key in ("account_id", "amount", "payee", "memo")},
        "unit": "month", "anchor_date": today})["id"]
    rule = make("POST", books + "/rules", {
        "name": ATTACK, "trigger": "created",
        "conditions": [{"field": "payee", "operator": "contains", "value": ATTACK}],
        "actions": [{"type": "set_memo", "value": ATTACK}]})["id"]
    quoted = ATTACK.replace('"', '""')
    imported = make(
        "POST", f"{books}/imports?account_id={account}",
        data=f'Date,Payee,Memo,Amount\n{today},"{quoted}","{quoted}",-7.00\n'.encode(),
        headers={"Content-Type": "text/csv"})["id"]
    return someone, [
        "/", "/settings", "/users", *(f"{books}{path}" for path in [
            "", "?plan=all", "/transactions", "/transactions/new", f"/transactions/{transaction}",
            f"/transactions?account={account}", f"/transactions?category={category}&q={ATTACK}",
            "/accounts", f"/accounts/{account}", f"/accounts/{account}/reconciliations", "/categories",
            f"/categories/{category}", "/imports", f"/imports/{imported}", "/reports",
            "/reports/categories", "/reports/payees", "/reports/tags", "/reports/cash-flow",
            "/reports/net-worth", "/sharing", "/recurrences", f"/recurrences/{recurrence}", "/rules",
            f"/rules/{rule}", "/more"])]


def test_what_is_in_the_books_is_shown_on_every_page_and_not_run(attacked):
    someone, paths = attacked
    shown = 0
    for path in paths:
        answer = someone.open(path)
        # Who is no owner of the tenant has no page of its users.
        assert answer.status == (403 if path == "/users" else 200), path
        assert someone.page.locator("script:not([src]), img").count() == 0, path
        shown += "<script>alert(1)" in someone.page.inner_text("body")
    assert shown > 15


@pytest.mark.parametrize("path", ["/sign-in?next=", "/join?invitation=", "/password-reset?token="])
def test_what_an_address_says_is_shown_and_not_run(visit, path):
    someone = visit()
    someone.open(path + requests.utils.quote(ATTACK))
    assert someone.page.locator("script:not([src])").count() == 0


@pytest.mark.parametrize("headers", [
    {},
    {"Origin": "https://other.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
])
def test_a_form_of_another_site_or_sibling_tenant_is_refused(signed_in, headers):
    token = signed_in.page.locator(".menu [name=csrf]").get_attribute("value")
    answer = request(
        signed_in, "POST", "/sign-out", headers=headers, data={"csrf": token},
        cookies=cookies(signed_in))
    assert answer.status_code == 403 and "text/html" in answer.headers["Content-Type"]
    signed_in.open("/")
    assert "/sign-in" not in signed_in.page.url


def test_a_form_without_the_sessions_token_is_refused(signed_in, visit):
    other = visit()
    other.join()
    other.make_account()
    foreign = other.page.locator(".menu [name=csrf]").get_attribute("value")
    for token in ["", "x", foreign]:
        answer = request(
            signed_in, "POST", "/sign-out", headers={"Origin": signed_in.origin},
            data={"csrf": token}, cookies=cookies(signed_in))
        assert answer.status_code == 403


@pytest.mark.parametrize("next", [
    "https://other.example/", "//other.example/", "/\\other.example/", "/%0d%0aSet-Cookie:a=b", "\t//x"])
def test_signing_in_leads_nowhere_else(visit, next):
    someone = visit()
    answer = request(
        someone, "POST", "/sign-in", headers={"Origin": someone.origin},
        data={"username": "sam.johnson@gmail.com", "password": "password@123", "next": next})
    assert answer.status_code == 303
    assert answer.headers["Location"] in ("/", "/%0d%0aSet-Cookie:a=b")
    assert "HttpOnly" in answer.headers["Set-Cookie"] and "SameSite=Lax" in answer.headers["Set-Cookie"]


def test_each_sign_in_begins_a_session_of_its_own(visit):
    someone = visit()
    seen = set()
    for _ in range(2):
        answer = request(
            someone, "POST", "/sign-in", headers={"Origin": someone.origin},
            data={"username": "sam.johnson@gmail.com", "password": "password@123"},
            cookies={"terrace": next(iter(seen), "x")})
        seen.add(answer.cookies["terrace"])
    assert len(seen) == 2


def test_a_cookie_that_a_sibling_has_put_there_signs_nobody_in(signed_in):
    own = cookies(signed_in)["terrace"]
    answer = request(
        signed_in, "GET", "/", headers={"Cookie": f"terrace={own}; terrace=forged"})
    assert answer.status_code == 303 and answer.headers["Location"] == "/sign-in"


def test_a_session_is_of_one_tenant(signed_in):
    port = signed_in.origin.rsplit(":", 1)[1]
    answer = requests.get(
        f"http://127.0.0.1:{port}/", allow_redirects=False, timeout=10,
        headers={"Host": f"globex.localhost:{port}", "Accept": "text/html"},
        cookies=cookies(signed_in))
    assert answer.status_code == 303


def test_pages_say_what_a_browser_may_do_with_them(visit):
    answer = request(visit(), "GET", "/sign-in")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    for path in re.findall(r'(?:href|src)="(/assets/[^"]+)"', answer.text):
        file = request(visit(), "GET", path)
        assert file.status_code == 200 and "immutable" in file.headers["Cache-Control"]


def test_an_api_client_is_told_what_it_was_told_before(server):
    answer = requests.get(f"{server.public}/t/acme/", headers={"Accept": "application/json"}, timeout=10)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_session_that_was_ended_elsewhere_is_over(signed_in, server):
    other = cookies(signed_in)
    page = signed_in.page
    page.click(".menu summary")
    page.click(".menu form button")
    page.wait_for_url("**/sign-in")
    answer = request(signed_in, "GET", "/", cookies=other)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")


def test_an_address_of_nobody_says_so_with_its_own_style(visit):
    someone = visit(tenant="nobody")
    assert someone.open("/").status == 404
    assert someone.page.inner_text("h1") == "Nobody lives at this address"
    assert someone.page.evaluate("getComputedStyle(document.querySelector('.gate-card')).borderRadius") == "16px"
    someone.check_rules()
