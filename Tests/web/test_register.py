"""What is done to the lines of a register, by hand and by keys."""

import datetime
import re

import pytest
import requests
from browsing import LAPTOP, PHONE


def ledger(someone):
    return re.match(r".*/ledgers/\w+", someone.page.url).group()


@pytest.fixture
def keeper(visit):
    """Makes people who have an account, two categories and three purchases without one."""

    def make(**options):
        someone = visit(**options)
        page = someone.page
        someone.join()
        someone.make_account()
        for name in ["Food", "Fun"]:
            page.goto(ledger(someone) + "/categories")
            page.fill("#name", name)
            page.click(".new-category button")
            page.wait_for_selector(f".category-rows .row:has-text('{name}')")
        page.goto(ledger(someone) + "/transactions/new")
        for amount, payee in [("12", "Shop"), ("4", "Baker"), ("30", "Cinema")]:
            someone.add(amount, payee)
        page.click(".tabs a:nth-child(2)")
        page.wait_for_selector(".row >> nth=2")
        return someone

    return make


def choose(someone, *payees):
    page = someone.page
    if not page.locator("#bulk").count():
        page.click(".page-head a")
        page.wait_for_selector("#bulk")
    for payee in payees:
        page.check(f".row:has-text('{payee}') .choose")


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_registers_are_readable_on_every_screen_and_in_both_themes(keeper, size, theme):
    someone = keeper(size=size, theme=theme)
    someone.look("register")
    choose(someone, "Shop")
    someone.look("several")
    someone.page.keyboard.press("?")
    someone.page.wait_for_selector("dialog[open]")
    someone.look("keys")


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_category_is_given_in_the_row_and_becomes_a_rule(keeper, on_path, script):
    someone = keeper(on_path=on_path, script=script)
    page = someone.page
    page.select_option(".row:has-text('Shop') select", label="Food")
    if not script:
        page.click(".row:has-text('Shop') .categorize button")
    page.click(".toast button")
    page.wait_for_selector(".toast:has-text('From now on'), .toast:has-text('from now on')")
    assert "Food" in page.inner_text(".row:has-text('Shop')")
    page.click(".wide-tab")
    account = page.input_value("#account")
    file = b"Date,Payee,Amount\n2026-10-28,Shop,-9.00\n"
    page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": file})
    page.click(".upload button.primary")
    page.click(".outcome button.primary")
    page.wait_for_selector(".toast")
    page.click(".outcome a")
    page.wait_for_selector(".row")
    assert account and "Food" in page.inner_text(".row:has-text('Shop')")


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_several_lines_are_sorted_deleted_and_brought_back(keeper, on_path, script):
    someone = keeper(on_path=on_path, script=script)
    page = someone.page
    choose(someone, "Shop", "Baker")
    page.select_option("#bulk select", label="Food")
    page.fill("#bulk [name=tag]", "weekly")
    page.click("#bulk button.primary")
    page.wait_for_selector(".toast")
    for payee in ["Shop", "Baker"]:
        assert "Food" in page.inner_text(f".row:has-text('{payee}')")
    assert "No category" in page.inner_text(".row:has-text('Cinema')")
    choose(someone, "Shop", "Cinema")
    page.click("#bulk button.negative")
    page.wait_for_selector(".toast")
    assert page.locator(".row").count() == 1
    page.click(".toast button")
    page.wait_for_selector(".row >> nth=2")


def test_all_lines_are_chosen_at_once_and_counted(keeper):
    someone = keeper()
    page = someone.page
    choose(someone)
    page.check("#bulk [data-all]")
    assert page.inner_text("#bulk output") == "3"
    page.uncheck(".row:has-text('Shop') .choose")
    assert page.inner_text("#bulk output") == "2"


def test_keys_choose_sort_move_and_help(keeper):
    someone = keeper()
    page = someone.page
    page.keyboard.press("j")
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.name") == "category"
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.wait_for_selector("#bulk")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator(".choose:checked").count() == 1
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("t")
    page.wait_for_selector("[value=transfer]:checked")


def test_a_chart_says_what_it_has_where_it_is_pointed_at(visit):
    someone = visit()
    someone.sign_in()
    someone.page.hover(".chart")
    text = someone.page.inner_text(".tip")
    assert re.match(r"1[4-7]\n", text)


def test_what_is_added_without_a_network_is_sent_once(keeper):
    someone = keeper()
    page = someone.page
    page.click(".tabs .add")
    page.wait_for_selector(".entry")
    someone.context.set_offline(True)
    for amount in ["5", "6"]:
        page.fill("#amount", amount)
        page.fill("#payee", "Kiosk")
        page.click(".entry button.primary")
        page.wait_for_selector(".toast:has-text('network')")
        assert page.input_value("#amount") == ""
    someone.context.set_offline(False)
    page.wait_for_selector(".toast:has-text('Added')")
    page.wait_for_function("() => Object.values(localStorage).every(list => list === '[]')")
    page.click(".tabs a:nth-child(2)")
    page.wait_for_selector(".row >> nth=4")
    assert page.locator(".row:has-text('Kiosk')").count() == 2


def test_a_form_that_is_sent_twice_counts_once(keeper):
    someone = keeper()
    page = someone.page
    page.click(".tabs .add")
    page.fill("#amount", "5")
    page.fill("#payee", "Kiosk")
    statuses = page.evaluate("""async () => {
      const form = document.querySelector(".entry");
      const send = () => fetch(form.action, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: {Accept: "text/html"}});
      return [(await send()).status, (await send()).status];
    }""")
    assert statuses == [200, 200]
    page.click(".tabs a:nth-child(2)")
    page.wait_for_selector(".row:has-text('Kiosk')")
    assert page.locator(".row:has-text('Kiosk')").count() == 1


def test_the_month_shows_where_money_went_and_when_accounts_were_checked(keeper):
    someone = keeper()
    page = someone.page
    page.click(".brand")
    page.wait_for_selector(".flow")
    page.click(".flow a:has-text('No category')")
    page.wait_for_selector(".row >> nth=2")
    page.click(".tabs a:nth-child(3)")
    page.click(".account-row .row-actions a:first-child")
    page.fill("#balance", "100")
    page.click(".begin button.primary")
    page.click("#tally button[name=finish]")
    page.wait_for_selector(".toast")
    page.click(".brand")
    assert "Reconciled" in page.locator(".checked").get_attribute("title")


def test_an_unchanged_split_keeps_its_transfer(keeper, server):
    someone = keeper()
    page = someone.page
    books = f"{server.public}/t/acme/v1/ledgers/{ledger(someone).rsplit('/', 1)[1]}"
    call = requests.Session()

    def ask(method, url, body=None):
        answer = call.request(method, url, json=body, timeout=60)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    name = page.inner_text(".menu summary").strip()
    session = ask("POST", f"{server.public}/t/acme/v1/sessions", {
        "username": name, "password": "a long password"})
    call.headers["Authorization"] = f"Bearer {session['access_token']}"
    account = ask("GET", f"{books}/accounts")["data"][0]["id"]
    savings = ask("POST", f"{books}/accounts", {"name": "Savings", "type": "savings"})["id"]
    made = ask("POST", f"{books}/transactions", {
        "account_id": account, "date": datetime.date.today().isoformat(), "amount": "-12.00",
        "payee": "Market", "memo": "one\ntwo", "splits": [
            {"amount": "-8.00"}, {"amount": "-4.00", "transfer_account_id": savings}]})
    page.goto(ledger(someone) + f"/transactions/{made['id']}")
    assert "Transfer to Savings" in page.locator("[name=part-category-1] option").nth(0).inner_text()
    page.fill("#payee", "Big market")
    page.select_option("[name=part-category-0]", label="Food")
    page.click(".entry button.primary")
    page.wait_for_selector(".toast")
    found = ask("GET", f"{books}/transactions/{made['id']}")
    assert found["payee"] == "Big market" and found["memo"] == "one\ntwo"
    assert found["splits"][0]["category_id"] is not None
    assert found["splits"][1]["transfer_account_id"] == savings


def test_a_transfer_to_another_currency_says_what_arrives(keeper):
    someone = keeper()
    page = someone.page
    page.click(".tabs a:nth-child(3)")
    page.click(".page-head a.button")
    page.fill("#name", "Savings")
    page.fill("#currency", "EUR")
    page.click(".account-form button.primary")
    page.wait_for_selector(".toast")
    page.goto(ledger(someone) + "/transactions/new?kind=transfer")
    page.fill("#amount", "12")
    page.select_option("#account", label="Checking")
    page.select_option("#to", label="Savings")
    page.click(".entry button.primary")
    page.wait_for_selector("#to-amount[aria-invalid]")
    someone.check_rules()
    page.fill("#to-amount", "11.40")
    page.click(".entry button.primary")
    page.wait_for_selector(".toast")
    for now, then in [("11.40", "11.50"), ("11.50", "11.50")]:
        page.click(".tabs a:nth-child(2)")
        page.click(".row:has-text('Transfer to Savings') .row-main")
        page.wait_for_selector("#to-amount")
        assert page.input_value("#to-amount") == now
        page.fill("#to-amount", then)
        page.click(".entry button.primary")
        page.wait_for_selector(".toast")


def test_a_form_without_a_script_is_sent_once(keeper):
    someone = keeper(script=False)
    page = someone.page
    page.click(".tabs .add")
    page.wait_for_selector(".entry")
    fields = {
        name: page.input_value(f".entry [name={name}]") for name in ["csrf", "key", "account", "date"]}
    assert len(fields["key"]) == 36

    host = someone.origin.split("//")[1]

    def post(amount):
        answer = requests.post(
            f"http://127.0.0.1:{host.rsplit(':', 1)[1]}"
            + ledger(someone).removeprefix(someone.origin) + "/transactions",
            headers={"Host": host, "Origin": someone.origin, "Accept": "text/html"},
            cookies={cookie["name"]: cookie["value"] for cookie in someone.context.cookies()},
            data=fields | {"kind": "expense", "amount": amount, "payee": "Kiosk"},
            allow_redirects=False, timeout=10)
        assert answer.status_code == 303

    # What was gone back to and changed is another one.
    for amount in ["5", "5", "6"]:
        post(amount)
    page.click(".tabs a:nth-child(2)")
    page.wait_for_selector(".row:has-text('Kiosk')")
    assert page.locator(".row:has-text('Kiosk')").count() == 2


def test_a_tag_that_is_none_is_said_beside_it_and_all_stays(keeper):
    someone = keeper()
    page = someone.page
    choose(someone, "Shop", "Baker")
    page.fill("#bulk [name=tag]", "a, b")
    page.select_option("#bulk select", label="Food")
    page.click("#bulk button.primary")
    page.wait_for_selector("#bulk [name=tag][aria-invalid]")
    assert page.input_value("#bulk [name=tag]") == "a, b"
    assert page.locator(".choose:checked").count() == 2
    assert page.locator("#bulk option:checked").inner_text() == "Food"
    someone.check_rules()


def lock_meanwhile(someone):
    """Reconciles the account in another tab."""
    other = someone.context.new_page()
    other.goto(ledger(someone) + "/accounts")
    other.click(".account-row .row-actions a:first-child")
    other.fill("#balance", "54")
    other.click(".begin button.primary")
    other.wait_for_selector("#tally")
    other.click("#tally button[name=finish]")
    other.wait_for_selector(".toast")


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_what_the_books_refuse_is_said_on_the_page_that_it_came_from(keeper, on_path, script):
    someone = keeper(on_path=on_path, script=script)
    page = someone.page
    register = page.url
    lock_meanwhile(someone)
    page.select_option(".row:has-text('Shop') select", label="Food")
    if not script:
        page.click(".row:has-text('Shop') .categorize button")
    page.wait_for_selector(".refusal")
    assert "reconciliation" in page.inner_text(".refusal") and page.url.startswith(register)
    assert page.locator(".row:has-text('Shop')").count() == 1
    if script:
        someone.check_rules()
        someone.picture("refusal")


def test_what_comes_back_into_a_closed_account_is_refused_in_words(keeper):
    someone = keeper()
    page = someone.page
    page.click(".row:has-text('Shop') .row-main")
    page.click(".danger button")
    page.wait_for_selector(".toast")
    other = someone.context.new_page()
    other.goto(ledger(someone) + "/accounts")
    other.click(".account-row .row-actions a:last-child")
    other.click(".closing button")
    other.wait_for_selector("details.closed")
    page.click(".toast button")
    page.wait_for_selector(".refusal")
    assert "account is closed" in page.inner_text(".refusal")
    assert page.locator("h1").inner_text() == "Transactions"


def test_an_edit_of_what_was_locked_meanwhile_keeps_what_was_typed(keeper, server):
    someone = keeper()
    page = someone.page
    page.goto(someone.base + "/settings")
    page.select_option("#locale", "de")
    page.click(".profile button")
    page.wait_for_selector(".toast")
    page.click(".tabs a:nth-child(2)")
    page.click(".row:has-text('Shop') .row-main")
    page.fill("#memo", "Brot")
    lock_meanwhile(someone)
    page.click(".entry button.primary")
    page.wait_for_selector("main [role=alert]")
    assert "Abgleich" in page.inner_text("main [role=alert]")
    assert page.input_value("#memo") == "Brot"


@pytest.mark.parametrize("field", ["payee", "memo"])
def test_a_character_that_no_text_has_is_said_beside_its_field(keeper, field):
    someone = keeper()
    page = someone.page
    page.click(".tabs .add")
    page.fill("#amount", "5")
    page.evaluate("([id, text]) => document.getElementById(id).value = text", [field, "a\u0000b"])
    page.click(".entry button.primary")
    page.wait_for_selector(f"#{field}[aria-invalid]")
    assert page.input_value("#amount") == "5"


def test_a_payee_with_a_long_name_gets_a_rule(keeper):
    someone = keeper()
    page = someone.page
    name = "Long " * 30
    page.click(".tabs .add")
    someone.add("5", name)
    page.click(".tabs a:nth-child(2)")
    page.select_option(".row:has-text('Long') select", label="Food")
    page.click(".toast button")
    page.wait_for_selector(".toast:has-text('from now on')")
    page.goto(ledger(someone) + "/rules")
    page.click(".rules .row-main")
    page.click(".rule-form button.primary")
    page.wait_for_selector(".toast:has-text('Saved')")
