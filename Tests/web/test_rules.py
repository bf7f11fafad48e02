"""What is done with transactions by itself."""

import pytest
from browsing import LAPTOP, PHONE

FILE = "Date,Payee,Amount\n2026-10-28,SHOP 4711,-12.50\n2026-10-29,Baker,-4.20\n"


def rules(someone):
    someone.page.click(".narrow-tab")
    someone.page.click("main a[href$='/rules']")
    someone.page.wait_for_url("**/rules")


@pytest.fixture
def keeper(visit):
    """Makes people who have bought something."""

    def make(**options):
        someone = visit(**options)
        someone.join()
        someone.make_account()
        someone.add("12.50", "Shop 1")
        someone.add("7.50", "Baker")
        rules(someone)
        return someone

    return make


def fill(someone, name, condition, value, action, result):
    page = someone.page
    page.fill("#name", name)
    page.select_option("[name=condition-0]", condition)
    page.fill("[name=condition-value-0]", value)
    page.select_option("[name=action-0]", action)
    page.fill("[name=action-value-0]", result)


def add(someone, *parts):
    someone.page.click(".with-action a.button")
    fill(someone, *parts)
    someone.page.click(".rule-form button.primary")
    someone.page.wait_for_selector(".toast")


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_rules_are_readable_on_every_screen_and_in_both_themes(keeper, size, theme):
    someone = keeper(size=size, theme=theme)
    page = someone.page

    add(someone, "Shops", "payee.contains", "shop", "add_tag", "food")
    add(someone, "Bread", "payee.is", "Baker", "set_memo", "Bread")
    someone.look("rules")
    page.click(".rules .row-main >> nth=0")
    page.click("[name=try]")
    page.wait_for_selector("#outcome")
    someone.look("rule")


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_rule_is_tried_kept_applied_and_deleted(keeper, on_path, script):
    someone = keeper(on_path=on_path, script=script)
    page = someone.page
    page.click(".with-action a.button")
    fill(someone, "Shops", "payee.contains", "shop", "set_memo", "Food <b>")
    page.click("[name=try]")
    page.wait_for_selector("#outcome")
    assert "change 1 transaction" in page.inner_text("#outcome h2")
    assert "Food <b>" in page.inner_text("#outcome .row") and page.input_value("#name") == "Shops"
    page.click(".rule-form button.primary")
    page.wait_for_selector(".toast")
    assert "Payee contains “shop”" in page.inner_text(".rules .row")
    page.click(".rules .row-main")
    page.click(".apply button")
    page.wait_for_selector(".toast:has-text('1 transaction is')")
    page.click(".tabs a:nth-child(2)")
    page.click(".row:has-text('Shop') .row-main")
    assert page.input_value("#memo") == "Food <b>"
    rules(someone)
    page.click(".rules .row-main")
    page.uncheck("[name=active]")
    page.click(".rule-form button.primary")
    page.wait_for_selector(".row.off")
    page.click(".rules .row-main")
    page.click(".danger button")
    page.wait_for_selector(".toast")
    assert page.locator(".rules .row").count() == 0


def test_rules_are_put_into_another_order(keeper):
    someone = keeper()
    page = someone.page
    for name in ("One", "Two", "Three"):
        add(someone, name, "payee.is", name, "set_memo", name)

    def order():
        return page.locator(".rules .row-title").all_inner_texts()

    assert order() == ["One", "Two", "Three"]
    page.click("button[aria-label='Move up: Three']")
    page.wait_for_url("**/rules")
    assert order() == ["One", "Three", "Two"]
    page.click("button[aria-label='Move down: One']")
    page.wait_for_url("**/rules")
    assert order() == ["Three", "One", "Two"]


def test_every_condition_and_action_comes_back_as_it_was_typed(keeper):
    someone = keeper()
    page = someone.page
    page.click(".with-action a.button")
    page.fill("#name", "All")
    page.select_option("[name=match]", "any")
    parts = [("amount.between", "10 – 20"), ("account_id.is", "Checking")]
    for index, (key, value) in enumerate(parts):
        page.select_option(f"[name=condition-{index}]", key)
        page.fill(f"[name=condition-value-{index}]", value)
    for index, (key, value) in enumerate([("set_status.cleared", ""), ("append_memo", "seen")]):
        page.select_option(f"[name=action-{index}]", key)
        page.fill(f"[name=action-value-{index}]", value)
    page.click(".rule-form button.primary")
    page.wait_for_selector(".toast")
    page.click(".rules .row-main")
    assert page.input_value("[name=condition-0]") == "amount.between"
    assert page.input_value("[name=condition-value-0]") == "10 – 20"
    assert page.input_value("[name=condition-value-1]") == "Checking"
    # There is room for two more.
    page.select_option("[name=condition-2]", "type.is.expense")
    page.click(".rule-form button.primary")
    page.wait_for_selector(".toast")
    assert "Is spending" in page.inner_text(".rules .row")
    assert page.locator(".rules .row").count() == 1


def test_what_is_wrong_with_a_rule_is_said_beside_it(keeper):
    someone = keeper()
    page = someone.page
    page.click(".with-action a.button")
    fill(someone, "Shops", "amount.is", "much", "set_category", "Nothing of the kind")
    page.click(".rule-form button.primary")
    page.wait_for_selector("[name=action-value-0][aria-invalid]")
    someone.check_rules()
    page.select_option("[name=action-0]", "set_memo")
    page.click(".rule-form button.primary")
    page.wait_for_selector("[name=condition-value-0][aria-invalid]")
    assert page.input_value("[name=condition-value-0]") == "much"
    page.fill("[name=condition-value-0]", "-5")
    with page.expect_navigation():
        page.click(".rule-form button.primary")
    assert "without a sign" in page.inner_text("#condition-fault-0")
    page.select_option("[name=condition-0]", "")
    page.fill("[name=condition-value-0]", "")
    with page.expect_navigation():
        page.click(".rule-form button.primary")
    assert "at least one condition" in page.inner_text("main [role=alert]")


def test_a_rule_looks_at_what_comes_from_a_bank(keeper):
    someone = keeper()
    page = someone.page
    add(someone, "Shops", "bank_text.contains", "shop", "set_payee", "Corner shop")
    page.click(".wide-tab")
    page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": FILE.encode()})
    page.click(".upload button.primary")
    page.click(".outcome button.primary")
    page.wait_for_selector(".toast")
    page.click(".tabs a:nth-child(2)")
    assert page.locator(".row:has-text('Corner shop')").count() == 1
