"""What other sites, other tenants and what people write cannot do."""

import datetime
import http.client
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


def german(someone):
    """Somebody whose browser speaks English, and who wants German in the dark."""
    page = someone.page
    page.goto(someone.base + "/settings")
    page.select_option("#locale", "de")
    page.check("[name=theme][value=dark]", force=True)
    page.click(".profile button")
    page.wait_for_selector(".toast")


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
def test_an_error_is_told_in_the_language_and_theme_of_who_has_signed_in(visit, on_path):
    someone = visit(on_path=on_path)
    someone.join()
    german(someone)
    for path in ["/ledgers/0", "/nothing/there", "/users"]:
        assert someone.open(path).status in (403, 404)
        assert someone.page.locator("html[lang=de][data-theme=dark]").count() == 1, path
        someone.check_rules()


def test_what_is_too_much_is_told_with_the_limit(signed_in):
    path = re.search(r"/ledgers/[0-9]+", signed_in.page.url).group()
    host = signed_in.origin.split("//")[1]
    call = http.client.HTTPConnection("127.0.0.1", int(host.rsplit(":", 1)[1]), timeout=10)
    # It is refused by its length, before it comes.
    call.putrequest("POST", f"{path}/transactions", skip_host=True)
    for name, value in {
            "Host": host, "Origin": signed_in.origin, "Accept": "text/html", "Content-Length": 2 << 20,
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join("=".join(pair) for pair in cookies(signed_in).items())}.items():
        call.putheader(name, value)
    call.endheaders()
    answer = call.getresponse()
    assert answer.status == 413 and b"1 MiB at most" in answer.read()


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_form_that_comes_after_the_session_is_not_lost(visit, on_path, script):
    someone = visit(on_path=on_path, script=script)
    page = someone.page
    someone.join()
    someone.make_account()
    name = page.inner_text(".menu summary").strip()
    form = page.url
    page.fill("#amount", "12.50")
    page.fill("#payee", ATTACK)
    page.fill("#memo", "one\ntwo")
    someone.context.clear_cookies()
    page.click(".entry button.primary")
    page.wait_for_selector("#password")
    assert "signed out before" in page.inner_text("#fault")
    if script:
        someone.check_rules()
    for password in ["not it at all", "a long password"]:
        page.fill("#username", name)
        page.fill("#password", password)
        with page.expect_navigation():
            page.click("main button.primary")
    assert "12.50" in page.inner_text(".gate-card") and ATTACK in page.inner_text(".gate-card")
    if script:
        someone.check_rules()
        someone.picture("kept-form")
    # Nothing is sent before somebody says so.
    other = someone.context.new_page()
    other.goto(form.replace("/new", ""))
    assert other.locator(".row").count() == 0
    page.click("main button.primary")
    page.wait_for_url("**/transactions/new?**")
    other.reload()
    assert "−12.50" in other.inner_text(".row")
    other.click(".row-main")
    assert other.input_value("#payee") == ATTACK and other.input_value("#memo") == "one\ntwo"


def test_a_button_pressed_after_the_session_leads_back_to_its_page(visit):
    someone = visit()
    page = someone.page
    someone.join()
    someone.make_account()
    someone.add("5", "Shop")
    name = page.inner_text(".menu summary").strip()
    page.click(".tabs a:nth-child(2)")
    page.click(".row-main")
    page.wait_for_selector(".danger button")
    place = page.url
    someone.context.clear_cookies()
    page.click(".danger button")
    page.wait_for_selector("#password")
    page.fill("#username", name)
    page.fill("#password", "a long password")
    page.click("main button.primary")
    page.wait_for_url(place)
    assert page.input_value("#payee") == "Shop"


def test_a_kept_form_is_for_a_ledger_of_this_site_alone(signed_in, visit):
    someone = visit()
    for action in ["//other.example/ledgers/1", "https://other.example/ledgers/1", "/sign-out", "/settings/tokens"]:
        answer = request(
            someone, "POST", "/sign-in", headers={"Origin": someone.origin},
            data={"username": "sam.johnson@gmail.com", "password": "password@123", "kept-action": action,
                  "kept-page": "/", "kept.name": "x"})
        assert answer.status_code == 303 and answer.headers["Location"] == "/"
    # A form of another site is not carried along.
    answer = request(
        someone, "POST", "/ledgers/1/transactions", headers={"Origin": "https://other.example"},
        data={"payee": "x"})
    assert answer.status_code == 403
