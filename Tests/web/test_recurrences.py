"""What recurs, and what becomes of it each time."""

import datetime

import pytest
from browsing import LAPTOP, PHONE


def recurrences(someone):
    someone.page.click(".narrow-tab")
    someone.page.click("main a[href$='/recurrences']")
    someone.page.wait_for_url("**/recurrences")


@pytest.fixture
def keeper(visit):
    def make(**options):
        someone = visit(**options)
        someone.join()
        someone.make_account()
        recurrences(someone)
        return someone

    return make


def add(someone, payee="Landlord", amount="950", **fields):
    page = someone.page
    page.click(".with-action a.button")
    page.fill("#amount", amount)
    page.fill("#payee", payee)
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.click(".recurrence-form button.primary")


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_recurrences_are_readable_on_every_screen_and_in_both_themes(visit, size, theme):
    someone = visit(size=size, theme=theme)
    page = someone.page

    someone.sign_in()
    recurrences(someone)
    assert page.locator(".due-row").count() > 0
    someone.look("recurrences")
    page.click(".recurring .row-main >> nth=0")
    page.wait_for_selector("#every")
    someone.look("recurrence")


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_rent_is_added_recorded_skipped_and_given_up(keeper, on_path, script):
    someone = keeper(on_path=on_path, script=script)
    page = someone.page
    add(someone)
    page.wait_for_selector(".toast")
    assert "Each month" in page.inner_text(".recurring .row")
    count = page.locator(".due-row").count()
    assert count >= 2
    page.click(".due-row button:has-text('Record') >> nth=0")
    page.wait_for_selector(".toast:has-text('Recorded')")
    assert page.locator(".due-row").count() == count - 1
    page.click(".due-row button:has-text('Skip') >> nth=0")
    page.wait_for_selector(".toast:has-text('Skipped')")
    assert page.locator(".due-row").count() == count - 2
    page.click(".toast button")
    page.wait_for_selector(".toast:has-text('due again')")
    assert page.locator(".due-row").count() == count - 1
    page.click(".tabs a:nth-child(2)")
    assert "−950.00" in page.inner_text(".row:has-text('Landlord')")
    recurrences(someone)
    page.click(".recurring .row-main")
    page.fill("#amount", "975.50")
    page.fill("#every", "2")
    page.uncheck("[name=active]")
    page.click(".recurrence-form button.primary")
    page.wait_for_selector(".toast:has-text('Saved')")
    assert "Every 2 months" in page.inner_text(".recurring .row.off")
    assert page.locator(".due-row").count() == 0
    page.click(".recurring .row-main")
    page.click(".danger button")
    page.wait_for_selector(".toast:has-text('Deleted')")
    assert page.locator(".recurring .row").count() == 0


def test_what_was_recorded_by_mistake_is_taken_back(keeper):
    someone = keeper()
    page = someone.page
    add(someone)
    count = page.locator(".due-row").count()
    page.click(".due-row button:has-text('Record') >> nth=0")
    page.click(".toast button")
    page.wait_for_selector(".toast:has-text('Deleted')")
    recurrences(someone)
    assert page.locator(".due-row").count() == count


def test_what_is_wrong_is_said_beside_its_field(keeper):
    someone = keeper()
    page = someone.page
    today = datetime.date.today()
    add(someone, amount="much", every="0", date=str(today), until=str(today - datetime.timedelta(days=9)))
    page.wait_for_selector("#every[aria-invalid]")
    assert page.locator("#until[aria-invalid]").count() == 1
    assert page.input_value("#payee") == "Landlord" and page.input_value("#amount") == "much"
    someone.check_rules()
    page.fill("#every", "1")
    page.fill("#until", "")
    page.click(".recurrence-form button.primary")
    page.wait_for_selector("#amount[aria-invalid]")


def test_a_transfer_recurs(keeper):
    someone = keeper()
    page = someone.page
    page.click(".tabs a:nth-child(3)")
    page.click(".page-head a.button")
    page.fill("#name", "Savings")
    page.click(".account-form button.primary")
    page.wait_for_selector(".toast")
    recurrences(someone)
    page.click(".with-action a.button")
    page.check("[name=kind][value=transfer]", force=True)
    page.fill("#amount", "100")
    page.select_option("#to", label="Savings")
    page.click(".recurrence-form button.primary")
    page.wait_for_selector(".toast")
    page.click(".due-row button:has-text('Record') >> nth=0")
    page.click(".tabs a:nth-child(2)")
    assert "Transfer to Savings" in page.inner_text(".row")


def test_what_was_paid_each_month_is_suggested(keeper):
    someone = keeper()
    page = someone.page
    today = datetime.date.today()
    for months in (3, 2, 1):
        page.click(".tabs .add")
        month = (today.replace(day=1) - datetime.timedelta(days=30 * months - 10)).replace(day=5)
        someone.add("12.99", "Films", date=str(month))
    recurrences(someone)
    page.click(".suggestions .row:has-text('Films') a")
    assert page.input_value("#payee") == "Films" and page.input_value("#amount") == "12.99"
    page.click(".recurrence-form button.primary")
    page.wait_for_selector(".toast")
    assert page.locator(".recurring .row:has-text('Films')").count() == 1
    assert page.locator(".suggestions").count() == 0
