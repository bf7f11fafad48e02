"""Categories, and what a month assigns to them."""

import re

import pytest
from browsing import LAPTOP, PHONE


@pytest.fixture
def keeper(visit):
    """Makes people who have an account with two purchases and a few categories."""

    def make(**options):
        someone = visit(**options)
        someone.join()
        someone.make_account()
        categories(someone)
        add(someone, "Household")
        add(someone, "Groceries", "Spending: Household")
        add(someone, "Fun")
        add(someone, "Wages", "Income")
        spend(someone, "30", "Shop", "Household: Groceries")
        return someone

    return make


def categories(someone):
    someone.page.goto(re.match(r".*/ledgers/\w+", someone.page.url).group() + "/categories")


def add(someone, name, group="Spending"):
    someone.page.fill("#name", name)
    someone.page.select_option("#group", label=group)
    someone.page.click(".new-category button")
    someone.page.wait_for_selector(f".category-rows .row:has-text('{name}')")


def spend(someone, amount, payee, category):
    someone.page.click(".tabs .add")
    someone.page.wait_for_url("**/transactions/new")
    someone.page.select_option("#category", label=category)
    someone.add(amount, payee)


def plan(someone):
    someone.page.click(".brand")
    someone.page.click(".plan-link a")
    someone.page.wait_for_selector(".planning")


def assign(someone, category, amount):
    page = someone.page
    field = page.get_by_label(f"Assigned: {category}", exact=True)
    name = field.get_attribute("name")
    field.fill(amount)
    field.press("Enter")
    page.wait_for_function("name => !document.getElementsByName(name).length", arg=name)


def left(someone, category):
    row = someone.page.locator(".budget tr", has=someone.page.locator("th", has_text=re.compile(f"^{category}$")))
    return row.locator("td").last.inner_text()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_categories_are_readable_on_every_screen_and_in_both_themes(keeper, size, theme):
    someone = keeper(size=size, theme=theme)
    categories(someone)
    someone.look("categories")
    someone.page.click(".category-rows .row-main")
    someone.look("category")
    plan(someone)
    someone.look("plan-empty")
    assign(someone, "Groceries", "20")
    assign(someone, "Fun", "50")
    someone.look("plan")
    someone.page.click(".cover summary")
    someone.look("cover")


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_category_is_renamed_moved_archived_merged_and_deleted(keeper, on_path, script):
    someone = keeper(on_path=on_path, script=script)
    page = someone.page

    def open_category(name):
        categories(someone)
        if page.locator("details.archived").count():
            page.click("details.archived summary")
        page.click(f".category-rows .row-main:has-text('{name}')")
        page.wait_for_selector(".category-form")

    open_category("Fun")
    page.fill("#name", "Leisure")
    page.select_option("#group", label="Household")
    page.click(".category-form button.primary")
    page.wait_for_selector(".row.child:has-text('Leisure')")
    open_category("Leisure")
    page.click(".ending button:has-text('Archive')")
    page.wait_for_selector("details.archived")
    page.click(".toast button")
    page.wait_for_selector(".toast:has-text('in use again')")
    open_category("Groceries")
    page.click(".ending button:has-text('Delete')")
    assert "Archive it" in page.inner_text("main [role=alert]")
    page.select_option("#into", label="Household: Leisure")
    page.click(".merging button")
    page.wait_for_selector(".toast")
    assert page.locator(".row:has-text('Groceries')").count() == 0
    page.click(".row:has-text('Leisure') .button")
    assert "Shop" in page.inner_text(".register")
    open_category("Wages")
    page.click(".ending button:has-text('Delete')")
    page.wait_for_selector(".toast")
    assert page.locator(".row:has-text('Wages')").count() == 0


def test_what_is_wrong_with_a_category_is_said_beside_its_field(keeper):
    someone = keeper()
    page = someone.page
    categories(someone)
    page.fill("#name", "fun")
    page.click(".new-category button")
    page.wait_for_selector("#name[aria-invalid]")
    assert page.input_value("#name") == "fun"
    someone.check_rules()


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_month_is_planned_and_what_is_over_is_covered(keeper, on_path, script):
    someone = keeper(on_path=on_path, script=script)
    page = someone.page
    plan(someone)
    assign(someone, "Groceries", "15+5")
    assign(someone, "Fun", "50")
    assert left(someone, "Groceries") == "−10.00"
    # The group has what is in it.
    assert left(someone, "Household") == "−10.00"
    page.click(".brand")
    page.click(".cover summary")
    page.select_option(".cover select", label="Fun: 50.00 left")
    page.click(".cover button")
    page.wait_for_selector(".toast")
    assert left(someone, "Groceries") == "0.00" and left(someone, "Fun") == "40.00"
    assert page.locator(".cover").count() == 0


def test_what_is_assigned_is_shown_at_once_and_the_keyboard_goes_on(keeper):
    someone = keeper()
    page = someone.page
    plan(someone)
    field = page.get_by_label("Assigned: Groceries", exact=True)
    field.fill("40")
    field.press("Tab")
    page.wait_for_function("() => document.querySelector('.hero').innerText.includes('10.00')")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") != "Assigned: Groceries"
    field = page.get_by_label("Assigned: Groceries", exact=True)
    field.fill("much")
    field.press("Enter")
    page.wait_for_selector(".assign[aria-invalid]")
    assert field.input_value() == "much"
    someone.check_rules()


def test_a_plan_is_copied_from_the_month_before(keeper):
    someone = keeper()
    page = someone.page
    page.click(".brand")
    page.click("[rel=prev]")
    page.wait_for_selector(".plan-link a")
    page.click(".plan-link a")
    page.wait_for_selector(".planning")
    assign(someone, "Fun", "50")
    page.click(".brand")
    plan(someone)
    page.click(".copy-plan button")
    page.wait_for_selector(".toast")
    assert left(someone, "Fun") == "50.00"
    assert page.locator(".copy-plan").count() == 0


def test_what_is_left_goes_on_where_somebody_says_so(keeper):
    someone = keeper()
    page = someone.page
    categories(someone)
    page.click(".category-rows .row-main:has-text('Fun')")
    page.select_option("#rollover", value="all")
    page.click(".category-form button.primary")
    plan(someone)
    assign(someone, "Fun", "50")
    page.click("[rel=next]")
    page.wait_for_selector(".budget tr:has-text('Fun')")
    assert left(someone, "Fun") == "50.00"


def test_the_plan_speaks_german(visit):
    someone = visit(locale="de")
    someone.sign_in()
    plan(someone)
    assert "Noch zu verteilen" in someone.page.inner_text(".categories")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_plan_for_a_category_that_is_gone_comes_back_as_it_was_typed(keeper, script):
    someone = keeper(script=script)
    page = someone.page
    plan(someone)
    other = someone.context.new_page()
    other.goto(page.url.split("?")[0] + "/categories")
    other.click(".category-rows .row-main:has-text('Fun')")
    other.click(".ending button:has-text('Delete')")
    other.wait_for_selector(".toast")
    page.get_by_label("Assigned: Groceries", exact=True).evaluate("field => field.value = '40'")
    field = page.get_by_label("Assigned: Fun", exact=True)
    field.fill("50")
    field.press("Enter")
    page.wait_for_selector(".refusal")
    assert "category is archived or gone" in page.inner_text(".refusal")
    assert page.get_by_label("Assigned: Groceries", exact=True).input_value() == "40"
    assert page.get_by_label("Assigned: Fun", exact=True).count() == 0
    if script:
        someone.check_rules()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_somebody_new_begins_with_usual_categories(visit, script):
    someone = visit(script=script)
    page = someone.page
    someone.join()
    someone.make_account()
    page.click(".brand")
    page.click(".starters button")
    page.wait_for_selector(".category-rows .row:has-text('Groceries')")
    assert page.locator(".category-rows .row").count() > 10
    # They are offered as long as there are none.
    assert page.locator(".example").count() == 0
    plan(someone)
    assert page.locator(".starters").count() == 0
