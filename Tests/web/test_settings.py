"""What people set for themselves, and the ways in that follow from it."""

import base64
import hashlib
import hmac
import struct
import time

import pytest
import requests
from browsing import LAPTOP, PHONE

PASSWORD = "a long password"


def code(secret, later=0):
    """What an authenticator app shows (RFC 6238), so many codes later."""
    key = base64.b32decode(secret.replace(" ", ""))
    step = int(time.time()) // 30 + later
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    place = digest[19] & 15
    number = struct.unpack(">I", digest[place:place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def settings(someone):
    someone.page.click(".menu summary")
    someone.page.click(".menu-body a[href$='/settings']")
    someone.page.wait_for_url("**/settings")


def sign_out(someone):
    someone.page.click(".menu summary")
    someone.page.click(".menu form button")
    someone.page.wait_for_url("**/sign-in")


def name_of(someone):
    return someone.page.locator(".profile .aside").inner_text()


def try_to_sign_in(someone, username=None, password=PASSWORD, code=None):
    """With a name and a password, or with the code that is asked for after them."""
    page = someone.page
    if code is None:
        page.fill("#username", username)
        page.fill("#password", password)
    else:
        assert page.locator("#password").count() == 0
        page.fill("#code", code)
    with page.expect_navigation():
        page.click("main button.primary")


@pytest.fixture
def newcomer(visit):
    def make(**options):
        someone = visit(**options)
        someone.join()
        settings(someone)
        return someone

    return make


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_settings_are_readable_on_every_screen_and_in_both_themes(newcomer, size, theme):
    someone = newcomer(size=size, theme=theme)
    page = someone.page

    page.fill("#token-name", "My script")
    page.click(".token-form button")
    page.wait_for_selector("#fresh")
    someone.look("settings")
    page.click(".second-step button")
    page.wait_for_selector("#secret")
    secret = page.inner_text("#secret")
    someone.look("second-step")
    page.fill("#code", code(secret))
    page.click(".card button.primary")
    page.wait_for_selector(".codes")
    someone.look("recovery-codes")


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_second_step_is_asked_for_and_a_recovery_code_helps_once(newcomer, on_path, script):
    someone = newcomer(on_path=on_path, script=script)
    page = someone.page
    username = name_of(someone)
    page.click(".second-step button")
    page.wait_for_selector("#secret")
    secret = page.inner_text("#secret")
    page.fill("#code", "000000")
    page.click(".card button.primary")
    page.wait_for_selector("#code[aria-invalid]")
    first = code(secret)
    page.fill("#code", first)
    page.click(".card button.primary")
    page.wait_for_selector(".codes")
    recovery = page.locator(".codes code").all_inner_texts()
    assert len(set(recovery)) == 10
    page.click("main a.primary")
    page.wait_for_selector(".on")
    sign_out(someone)

    try_to_sign_in(someone, username)
    assert page.locator("#code").count() == 1
    # Each counts once: the one that turned it on does not sign in.
    try_to_sign_in(someone, code=first)
    assert "is wrong" in page.inner_text("#fault")
    try_to_sign_in(someone, code=code(secret, later=1))
    assert page.url == someone.base + "/"
    sign_out(someone)
    try_to_sign_in(someone, username)
    try_to_sign_in(someone, code=recovery[3].upper().replace("-", " "))
    assert page.url == someone.base + "/"
    sign_out(someone)
    try_to_sign_in(someone, username)
    try_to_sign_in(someone, code=recovery[3])
    assert "is wrong" in page.inner_text("#fault")
    try_to_sign_in(someone, code=recovery[4])

    settings(someone)
    page.fill("#removal", "not it")
    page.click(".second-step button")
    page.wait_for_selector("#removal[aria-invalid]")
    page.fill("#removal", PASSWORD)
    page.click(".second-step button")
    page.wait_for_selector(".toast")
    assert page.locator(".on").count() == 0
    sign_out(someone)
    try_to_sign_in(someone, username)
    assert page.url == someone.base + "/"


def test_a_password_is_changed_by_who_knows_it_and_ends_other_sessions(newcomer, visit):
    someone, page = (one := newcomer()), one.page
    username = name_of(someone)
    elsewhere = visit()
    elsewhere.sign_in(username, PASSWORD)
    page.fill("#current", "not it")
    page.fill("#password", "another long password")
    page.click(".password-form button")
    page.wait_for_selector("#current[aria-invalid]")
    someone.check_rules()
    page.fill("#current", PASSWORD)
    page.fill("#password", "short")
    page.click(".password-form button")
    page.wait_for_selector("#password[aria-invalid]")
    page.fill("#current", PASSWORD)
    page.fill("#password", "another long password")
    page.click(".password-form button")
    page.wait_for_selector(".toast")
    elsewhere.open("/")
    assert "/sign-in" in elsewhere.page.url
    sign_out(someone)
    someone.sign_in(username, "another long password")


def test_a_session_is_ended_from_elsewhere_and_all_at_once(newcomer, visit):
    someone, page = (one := newcomer()), one.page
    elsewhere = visit()
    elsewhere.sign_in(name_of(someone), PASSWORD)
    page.reload()
    assert page.locator(".sessions li").count() == 2
    page.click(".sessions li button")
    page.wait_for_selector(".toast")
    assert page.locator(".sessions li").count() == 1
    elsewhere.open("/")
    assert "/sign-in" in elsewhere.page.url
    page.click(".sessions > form button")
    page.wait_for_url("**/sign-in")
    someone.open("/")
    assert "/sign-in" in page.url


def test_a_token_is_shown_once_and_is_good_until_it_is_revoked(newcomer):
    someone, page = (one := newcomer()), one.page
    port = someone.origin.rsplit(":", 1)[1]

    def status(method="GET", **options):
        return requests.request(
            method, f"http://127.0.0.1:{port}/v1/ledgers", timeout=10,
            headers={"Host": someone.origin.split("//")[1], "Authorization": f"Bearer {token}"},
            **options).status_code

    page.fill("#token-name", "My script")
    page.select_option("#scope", "read")
    page.click(".token-form button")
    token = page.input_value("#fresh")
    assert status() == 200 and status("POST", json={"name": "Holiday"}) == 403
    page.goto(someone.base + "/settings")
    assert page.locator("#fresh").count() == 0 and token not in page.content()
    assert "My script" in page.inner_text(".tokens .row")
    page.click(".tokens .row button")
    page.wait_for_selector(".toast")
    assert page.locator(".tokens .row").count() == 0 and status() == 401


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_name_a_language_and_a_theme_are_chosen(newcomer, on_path, script):
    someone = newcomer(on_path=on_path, script=script)
    page = someone.page
    page.fill("#name", "<b>Kim</b>")
    page.select_option("#locale", "de")
    page.check("[name=theme][value=dark]", force=True)
    page.click(".profile button")
    page.wait_for_selector(".toast")
    assert page.inner_text("h1") == "Einstellungen"
    assert "<b>Kim</b>" in page.inner_text(".menu summary")
    assert page.locator("html[data-theme=dark]").count() == 1
    if script:
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert dark == "rgb(19, 23, 21)"
        someone.check_rules()
    page.select_option("#locale", "")
    page.check("[name=theme][value='']", force=True)
    page.click(".profile button")
    page.wait_for_selector("h1:has-text('Settings')")
    assert page.locator("html[data-theme]").count() == 0


def test_the_password_alone_opens_nothing_where_a_code_is_asked_for(newcomer, visit):
    someone, page = (one := newcomer()), one.page
    username = name_of(someone)
    page.click(".second-step button")
    page.wait_for_selector("#secret")
    secret = page.inner_text("#secret")
    page.fill("#code", code(secret))
    page.click(".card button.primary")
    page.wait_for_selector(".codes")
    sign_out(someone)
    try_to_sign_in(someone, username)
    step = page.locator("[name=step]").get_attribute("value")
    someone.check_rules()
    port = someone.origin.rsplit(":", 1)[1]
    for path in ["/v1/me", "/v1/ledgers", "/whoami"]:
        for headers in [{"Authorization": f"Bearer {step}"}, {"x-access-token": step}]:
            answer = requests.get(
                f"http://127.0.0.1:{port}{path}", timeout=10,
                headers=headers | {"Host": someone.origin.split("//")[1]})
            assert answer.status_code in (401, 404), path
    # It says nothing of anybody else, and no access token stands in for it.
    other = newcomer()
    port_headers = {"Host": someone.origin.split("//")[1], "Origin": someone.origin, "Accept": "text/html"}
    session = requests.post(
        f"http://127.0.0.1:{port}/v1/sessions", timeout=10, headers={"Host": port_headers["Host"]},
        json={"username": name_of(other), "password": PASSWORD}).json()
    for token in ["x", step[:-4] + "AAAA", session["access_token"]]:
        answer = requests.post(
            f"http://127.0.0.1:{port}/sign-in", timeout=10, headers=port_headers, allow_redirects=False,
            data={"step": token, "code": code(secret, later=1)})
        assert answer.status_code == 422 and "Set-Cookie" not in answer.headers
        assert "took too long" in answer.text
    try_to_sign_in(someone, code=code(secret, later=1))
    assert page.url == someone.base + "/"
