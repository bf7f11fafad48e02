"""From the door to a month's bookkeeping, as people do it."""

import re

import pytest
from browsing import LAPTOP, PHONE

SIZES = {"phone": PHONE, "laptop": LAPTOP}


@pytest.fixture(params=["phone", "laptop"])
def size(request):
    return request.param


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_readable_on_every_screen_and_in_both_themes(visit, size, theme):
    someone = visit(size=SIZES[size], theme=theme)
    page = someone.page

    someone.open("/sign-in")
    someone.look("sign-in")
    someone.open("/join")
    someone.look("join")
    someone.sign_in()
    someone.look("month")
    page.goto(page.url + "ledgers/0")
    someone.look("not-found")
    someone.open("/")
    page.click(".tabs a:nth-child(2)")
    someone.look("transactions")
    page.click(".tabs .add")
    page.wait_for_url("**/transactions/new")
    someone.look("add")


def test_right_to_left_breaks_no_page(visit, size):
    someone = visit(size=SIZES[size])
    someone.sign_in()
    for path in ("", "/transactions", "/transactions/new", "/accounts", "/categories", "/reports",
                 "/reports/cash-flow", "/reports/categories", "/imports", "/recurrences", "/more"):
        someone.open(f"/ledgers/1{path}")
        someone.page.evaluate("document.documentElement.dir = 'rtl'")
        someone.check_width()


def test_the_keyboard_goes_through_a_page_from_top_to_end_and_is_seen(visit):
    someone = visit()
    someone.sign_in()
    page = someone.page
    places = []
    while True:
        page.keyboard.press("Tab")
        place, is_seen = page.evaluate("""() => [
            [...document.querySelectorAll("body *")].indexOf(document.activeElement),
            getComputedStyle(document.activeElement).outlineStyle !== "none"]""")
        if place in (-1, *places):
            break
        if not places:
            assert page.locator(".skip:focus").count() == 1
        assert is_seen, page.evaluate("document.activeElement.outerHTML")
        places.append(place)
    assert len(places) > 30
    assert places == sorted(places)


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_somebody_new_looks_at_an_example_and_removes_it(visit, on_path, script):
    someone = visit(on_path=on_path, script=script)
    page = someone.page
    someone.join()
    page.click(".example button")
    page.wait_for_url("**/ledgers/*")
    assert page.locator(".categories tbody tr").count() > 10
    assert page.locator(".row").count() > 10
    if script:
        someone.check_rules()
    example = page.url
    page.click(".example button")
    page.wait_for_url(someone.base + "/")
    assert page.locator(".first-account").count() == 1
    assert page.goto(example).status == 404


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_somebody_new_records_corrects_and_takes_back(visit, on_path, script):
    someone = visit(on_path=on_path, script=script)
    page = someone.page
    someone.join()
    someone.make_account()
    someone.add("12+3.50", "Corner shop", memo="Bread")
    someone.add("4,20", "Baker")
    page.click(".tabs a:nth-child(2)")
    assert page.locator(".row").count() == 2
    assert "−15.50" in page.locator(".row", has_text="Corner shop").inner_text()
    page.click(".row:has-text('Corner shop') .row-main")
    page.fill("#amount", "16")
    page.click(".entry button.primary")
    page.wait_for_url("**/transactions*")
    assert "−16.00" in page.locator(".row", has_text="Corner shop").inner_text()
    page.click(".row:has-text('Baker') .row-main")
    page.click(".danger button")
    page.wait_for_selector(".toast")
    assert page.locator(".row").count() == 1
    page.click(".toast button")
    page.wait_for_selector(".row:has-text('Baker')")
    page.click(".brand")
    assert re.sub(r"\s", "", page.locator(".totals div:nth-child(2) dd").inner_text()) == "$20.20"
    page.click(".menu summary")
    page.click(".menu form button")
    page.wait_for_url("**/sign-in")
    someone.open("/")
    assert "/sign-in" in page.url


def test_the_first_account_gives_a_new_ledger_its_currency(visit):
    someone = visit()
    page = someone.page
    someone.join()
    someone.check_rules()
    page.fill("[name=currency]", "chf")
    someone.make_account()
    someone.add("5", "Baker")
    page.click(".brand")
    assert re.sub(r"\s", "", page.locator(".totals div:nth-child(2) dd").inner_text()) == "CHF5.00"


def test_what_was_typed_stays_where_something_is_wrong(visit):
    someone = visit()
    someone.join()
    someone.make_account()
    someone.page.fill("#amount", "twelve")
    someone.page.fill("#payee", "Corner shop")
    someone.page.click(".entry button.primary")
    page = someone.page
    assert page.locator("#amount").get_attribute("aria-invalid") == "true"
    assert page.input_value("#amount") == "twelve" and page.input_value("#payee") == "Corner shop"
    someone.check_rules()


def test_keys_go_through_the_month_and_the_register(visit):
    someone = visit()
    someone.sign_in()
    page = someone.page
    title = page.inner_text("h1")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("title => document.querySelector('h1').innerText !== title", arg=title)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("title => document.querySelector('h1').innerText === title", arg=title)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator(".row.current").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_selector("#amount")
    page.keyboard.press("n")
    page.wait_for_url("**/transactions/new")
    page.keyboard.press("Escape")
    page.click(".tabs a:nth-child(2)")
    page.wait_for_selector("[type=search]")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_every_figure_of_the_month_leads_to_a_list(visit):
    someone = visit()
    someone.sign_in()
    page = someone.page
    links = page.locator("main a.figure").evaluate_all("all => all.map(a => a.href)")
    assert len(links) > 10
    for link in sorted(set(links))[:12]:
        assert page.goto(link).status == 200
        assert page.locator(".register").count() == 1


def test_dates_and_amounts_are_written_as_the_reader_does(visit):
    for locale, title, amount in [("de-CH", "Buchungen", "−1.234,50"), ("fr", "Transactions", "−1\u202f234,50"),
                                  ("hi", "Transactions", "−1,234.50"), ("ja", "Transactions", "−1,234.50")]:
        someone = visit(locale=locale)
        someone.join()
        someone.make_account()
        someone.add("1234,50" if locale in ("de-CH", "fr") else "1234.50", "Shop")
        someone.page.click(".tabs a:nth-child(2)")
        assert someone.page.inner_text("h1") == title
        assert amount in someone.page.inner_text(".row")


def test_the_first_and_the_last_month_of_the_books_have_one_neighbour(visit):
    someone = visit()
    page = someone.page
    someone.join()
    someone.make_account()
    ledger = re.match(r".*/ledgers/\w+", page.url).group()
    for month, neighbours in [("1900-01", ["next"]), ("1900-02", ["prev", "next"]), ("1900-11", ["prev", "next"]),
                              ("2199-12", ["prev"])]:
        assert page.goto(f"{ledger}?month={month}").status == 200
        found = page.locator(".month-head a").evaluate_all("all => all.map(a => [a.rel, a.href])")
        assert [rel for rel, _ in found] == neighbours
        someone.check_rules()
        for _, link in found:
            assert page.goto(link).status == 200
    assert page.goto(f"{ledger}?month=1899-12").status == 404
