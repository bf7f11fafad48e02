"""What came in, went out and is there, over any range."""

import re

import pytest
from browsing import LAPTOP, PHONE

KINDS = ["", "/categories", "/payees", "/tags", "/cash-flow", "/net-worth"]


def reports(someone):
    page = someone.page
    if page.locator(".report-tab").is_visible():
        page.click(".report-tab")
    else:
        page.click(".narrow-tab")
        page.click("main .row-main[href$='/reports']")
    page.wait_for_url("**/reports")
    return page.url


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_reports_are_readable_on_every_screen_and_in_both_themes(visit, size, theme):
    someone = visit(size=size, theme=theme)
    someone.sign_in()
    address = reports(someone)
    for kind in KINDS:
        someone.page.goto(f"{address}{kind}?from=2026-01-01&until=2026-11-30")
        assert kind == "/tags" or someone.page.locator(".report svg[role=img] > title").count() > 0
        assert someone.page.locator(".report-table tbody tr").count() > 0
        someone.check_rules()
        someone.check_width()
        name = kind[1:] or "summary"
        someone.picture(f"report-{name}-{'phone' if size == PHONE else 'laptop'}-{theme}")


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_range_is_chosen_and_goes_along_to_the_other_reports(visit, on_path, script):
    someone = visit(on_path=on_path, script=script)
    page = someone.page
    someone.sign_in()
    reports(someone)
    page.click(".pills a:nth-child(4)")
    page.wait_for_url("**from=**")
    assert page.locator(".pills [aria-current]").inner_text() == "Last 12 months"
    page.fill("[name=from]", "2026-03-05")
    page.fill("[name=until]", "2026-09-20")
    page.click(".range-form button")
    page.wait_for_url("**from=2026-03-05&until=2026-09-20")
    page.click(".choices a:nth-child(5)")
    page.wait_for_url("**/cash-flow?from=2026-03-05&until=2026-09-20")
    assert "5 Mar – 20 Sep 2026" in page.inner_text(".report h2")


def test_a_range_that_is_none_is_said_beside_it(visit):
    someone = visit()
    someone.sign_in()
    address = reports(someone)
    someone.page.goto(f"{address}?from=2026-03-05&until=2026-03-01")
    assert "Choose two dates" in someone.page.inner_text("#range-fault")
    assert someone.page.locator("[name=from][aria-invalid]").count() == 1
    someone.check_rules()
    # What is no report is nothing.
    assert someone.page.goto(f"{address}/summary").status == 404
    assert someone.page.goto(f"{address}/x").status == 404


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_of_a_report_is_the_sum_of_its_list(visit, kind):
    someone = visit()
    page = someone.page
    someone.join()
    someone.make_account()
    someone.add("12.50", "Shop")
    someone.add("7.50", "Baker")
    address = reports(someone)
    page.goto(address + kind)
    links = page.locator(".report a.figure").evaluate_all("all => all.map(a => a.href)")
    assert links or kind == "/tags"
    for link in sorted(set(links)):
        assert page.goto(link).status == 200
        assert page.locator("h1").inner_text() in ("Transactions", "Accounts")
    page.goto(address + "/payees")
    page.click(".report-table tr:has-text('Shop') a.figure")
    page.wait_for_url("**payee=**")
    assert page.locator(".row").count() == 1 and "−12.50" in page.inner_text(".row")


def test_nothing_is_said_where_nothing_happened(visit):
    someone = visit()
    someone.join()
    someone.make_account(balance="0")
    address = reports(someone)
    for kind in KINDS[:-1]:
        someone.page.goto(address + kind)
        assert someone.page.locator(".report .empty").count() == 1
        assert someone.page.locator(".report svg").count() == 0
        someone.check_rules()


def test_the_figures_of_the_month_and_its_report_agree(visit):
    someone = visit()
    someone.sign_in()
    page = someone.page

    def totals():
        return [re.sub(r"\s", "", text) for text in page.locator(".totals dd > .figure").all_inner_texts()[:3]]

    month = totals()
    reports(someone)
    assert totals() == month


@pytest.mark.parametrize("kind", ["", "/cash-flow"])
def test_a_range_that_is_none_stays_where_it_was_typed(visit, kind):
    someone = visit()
    page = someone.page
    someone.sign_in()
    address = reports(someone)
    page.goto(f"{address}{kind}")
    page.fill("[name=from]", "2026-03-05")
    page.fill("[name=until]", "2026-03-01")
    page.click(".range-form button")
    page.wait_for_selector("#range-fault")
    assert page.input_value("[name=from]") == "2026-03-05"
    assert page.input_value("[name=until]") == "2026-03-01"


@pytest.mark.parametrize("kind", ["/cash-flow", "/net-worth"])
def test_a_long_range_is_shown_by_years(visit, kind):
    someone = visit()
    page = someone.page
    someone.sign_in()
    address = reports(someone)
    page.goto(f"{address}{kind}?from=1900-01-01&until=2199-12-31")
    assert "year by year" in page.inner_text(".report")
    assert page.locator(".report-table tbody tr").count() == 300
    assert len(page.content()) < 300_000
    year = page.locator(".report-table tr:has(th:text-is('2026')) a.figure").last
    text = re.sub(r"[^0-9.,]", "", year.inner_text())
    page.goto(f"{address}{kind}?from=2026-01-01&until=2026-12-31")
    assert page.locator("text=year by year").count() == 0
    assert text in page.inner_text(".totals")
    someone.check_rules()


def test_one_place_of_the_bar_is_the_current_one(visit):
    someone = visit()
    someone.sign_in()
    reports(someone)
    assert someone.page.locator(".tabs [aria-current]").all_inner_texts() == ["Reports"]


def test_what_was_spent_without_a_tag_is_not_said_to_be_nothing(visit):
    someone = visit()
    someone.join()
    someone.make_account()
    someone.add("12", "Bakery")
    page = someone.page
    page.goto(page.url.split("/transactions")[0] + "/reports/tags")
    assert "12.00 was spent" in page.inner_text(".sentence").replace("\u00a0", " ")
