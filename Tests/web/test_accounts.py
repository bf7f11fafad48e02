"""Accounts, and what a bank's statement says of them."""

import re

import pytest
from browsing import LAPTOP, PHONE


@pytest.fixture
def keeper(visit):
    """Makes people who have an account with two purchases."""

    def make(**options):
        someone = visit(**options)
        someone.join()
        someone.make_account()
        someone.add("12.50", "Shop")
        someone.add("7.50", "Baker")
        return someone

    return make


def accounts(someone):
    someone.page.click(".tabs a:nth-child(3)")
    someone.page.wait_for_url("**/accounts")


def begin(someone, balance, account="Checking"):
    """Types what the account's statement of today says."""
    accounts(someone)
    someone.page.click(f".account-row:has-text('{account}') .row-actions a:first-child")
    someone.page.fill("#balance", balance)
    someone.page.click(".begin button.primary")
    someone.page.wait_for_selector("#tally")


def tick(someone, **wanted):
    for payee, is_ticked in wanted.items():
        someone.page.set_checked(f".tick:has-text('{payee}') input", is_ticked)
    if not someone.script:
        someone.page.click("[data-plain]")


def difference(someone):
    text = someone.page.locator("#tally div:nth-child(3) dd").inner_text()
    return re.search(r"[−]?\$?[\d.,]+", re.sub(r"\s", "", text)).group()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accounts_are_readable_on_every_screen_and_in_both_themes(visit, keeper, size, theme):
    someone = visit(size=size, theme=theme)
    someone.sign_in()
    accounts(someone)
    someone.look("accounts")
    someone.page.click(".account-row .row-actions a:last-child")
    someone.look("account")
    someone = keeper(size=size, theme=theme)
    accounts(someone)
    someone.page.click(".account-row .row-actions a:first-child")
    someone.look("reconciliations")
    begin(someone, "87.50")
    someone.look("reconciliation")


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_account_is_added_renamed_closed_and_opened_again(keeper, on_path, script):
    someone = keeper(on_path=on_path, script=script)
    page = someone.page
    accounts(someone)
    assert "80.00" in page.locator(".account-row", has_text="Checking").inner_text()
    page.click(".page-head a.button")
    page.fill("#name", "Visa")
    page.select_option("#type", "credit_card")
    page.fill("#balance", "-20")
    page.click(".account-form button.primary")
    page.wait_for_selector(".toast")
    assert "What you owe" in page.locator(".card", has_text="Visa").inner_text()
    page.click(".account-row:has-text('Visa') .row-actions a:last-child")
    page.fill("#name", "Blue card")
    page.click(".account-form button.primary")
    page.wait_for_selector(".account-row:has-text('Blue card')")
    page.click(".account-row:has-text('Blue card') .row-actions a:last-child")
    page.click(".closing button")
    page.wait_for_selector("details.closed")
    page.click(".toast button")
    page.wait_for_selector(".toast:has-text('open again')")
    assert page.locator("details.closed").count() == 0


def test_what_is_wrong_with_an_account_is_said_beside_its_field(keeper):
    someone = keeper()
    page = someone.page
    accounts(someone)
    page.click(".page-head a.button")
    page.fill("#name", "checking")
    page.fill("#currency", "XYZ")
    page.fill("#balance", "much")
    page.click(".account-form button.primary")
    page.wait_for_selector("#balance[aria-invalid]")
    page.fill("#balance", "5")
    page.click(".account-form button.primary")
    page.wait_for_selector("#name[aria-invalid]")
    assert page.locator("#currency[aria-invalid]").count() == 1
    assert page.input_value("#name") == "checking" and page.input_value("#balance") == "5"
    someone.check_rules()


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_statement_is_ticked_off_finished_and_undone(keeper, on_path, script):
    someone = keeper(on_path=on_path, script=script)
    page = someone.page
    begin(someone, "87.50")
    tick(someone, Shop=True, Baker=True)
    page.wait_for_selector("#tally button[value=adjust]")
    assert difference(someone) == "$7.50"
    tick(someone, Baker=False)
    page.wait_for_selector("#tally .fits")
    assert difference(someone) == "$0.00"
    page.click("#tally button[value=finish]")
    page.wait_for_selector(".toast")
    assert "Reconciled" in page.locator(".account-row", has_text="Checking").inner_text()
    page.click(".tabs a:nth-child(2)")
    page.click(".row:has-text('Shop') .row-main")
    assert page.locator(".entry button.primary").count() == 0
    accounts(someone)
    page.click(".account-row:has-text('Checking') .row-actions a:first-child")
    page.click(".tasks button")
    page.wait_for_selector(".toast")
    assert page.locator(".tasks li").count() == 0


def test_a_difference_can_be_booked(keeper):
    someone = keeper()
    begin(someone, "50")
    tick(someone, Shop=True, Baker=True)
    someone.page.wait_for_function("() => document.querySelector('#tally').innerText.includes('80.00')")
    someone.page.click("#tally button[value=adjust]")
    someone.page.wait_for_selector(".toast")
    assert "50.00" in someone.page.locator(".account-row", has_text="Checking").inner_text()


def test_a_statement_can_be_given_up(keeper):
    someone = keeper()
    begin(someone, "50")
    someone.page.click(".danger button")
    someone.page.wait_for_url("**/reconciliations*")
    assert someone.page.locator(".tasks li").count() == 0


def test_who_begins_four_times_at_once_has_begun_once(keeper):
    someone = keeper()
    page = someone.page
    accounts(someone)
    page.click(".account-row .row-actions a:first-child")
    page.fill("#balance", "80")
    addresses = page.evaluate("""async () => {
      const form = document.querySelector(".begin");
      const send = () => fetch(form.action, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: {Accept: "text/html"}});
      return (await Promise.all([send(), send(), send(), send()])).map(answer => answer.url);
    }""")
    assert len(set(addresses)) == 1
    page.reload()
    assert page.locator(".tasks li").count() == 1
    # Another statement is another one.
    page.fill("#balance", "90")
    page.click(".begin button.primary")
    page.wait_for_selector("#tally")
    page.click("main p a")
    page.wait_for_selector(".tasks li >> nth=1")


@pytest.mark.parametrize("year", ["1899", "2200"])
def test_a_date_outside_of_the_books_is_told_with_their_years(keeper, year):
    someone = keeper()
    page = someone.page
    accounts(someone)
    page.click(".account-row .row-actions a:last-child")
    page.fill("#date", f"{year}-05-01")
    page.click(".account-form button.primary")
    page.wait_for_selector("#date[aria-invalid]")
    assert "1900 to 2199" in page.inner_text("#date-fault")
    page.fill("#last-day", f"{year}-05-01")
    page.click(".closing button")
    page.wait_for_selector("#last-day[aria-invalid]")
    assert "1900 to 2199" in page.inner_text("#close-fault")
