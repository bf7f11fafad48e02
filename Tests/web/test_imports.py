"""A bank's file, from the form to the books and back."""

import pytest
import requests
from browsing import LAPTOP, PHONE

PLAIN = "Date,Payee,Amount\n2026-10-28,Shop,-12.50\n2026-10-29,Baker,-4.20\n2026-10-30,Salary,1800.00\n"
# The fourth of March or the third of April?
OPEN = "Date,Payee,Amount\n03/04/2026,Shop,-12.50\n05/06/2026,Baker,-4.20\n"
ATTACK = """Date,Payee,Amount\n2026-10-28,"<script>alert(1)</script><img src=x onerror=alert(2)>",-12.50\n"""


@pytest.fixture
def keeper(visit):
    def make(**options):
        someone = visit(**options)
        someone.join()
        someone.make_account()
        return someone

    return make


def imports(someone):
    """The page where files are chosen, by the tab that the screen has."""
    page = someone.page
    if page.locator(".wide-tab").is_visible():
        page.click(".wide-tab")
    else:
        page.click(".narrow-tab")
        page.click("main .row-main[href$='/imports']")
    page.wait_for_url("**/imports")


def bring(someone, text, name="bank.csv"):
    imports(someone)
    content = text if isinstance(text, bytes) else text.encode()
    someone.page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": content})
    with someone.page.expect_navigation():
        someone.page.click(".upload button.primary")


def publish(someone):
    someone.page.click(".outcome button.primary")
    someone.page.wait_for_selector(".toast")


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_imports_are_readable_on_every_screen_and_in_both_themes(keeper, size, theme):
    someone = keeper(size=size, theme=theme)
    imports(someone)
    someone.look("imports")
    bring(someone, OPEN)
    someone.look("import-questions")
    bring(someone, PLAIN)
    someone.page.click(".reading summary")
    someone.look("import")
    publish(someone)
    someone.look("import-published")
    imports(someone)
    someone.look("imports-used")
    if size == PHONE:
        someone.page.click(".narrow-tab")
        someone.look("more")


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_file_is_read_asked_about_published_and_taken_back(keeper, on_path, script):
    someone = keeper(on_path=on_path, script=script)
    page = someone.page
    bring(someone, OPEN)
    assert page.locator(".outcome button.primary").count() == 0
    page.check(".question [value=dmy]")
    page.click(".reading button.primary")
    page.wait_for_selector(".outcome button.primary")
    assert "3 Apr 2026" in page.locator(".import-row", has_text="Shop").inner_text()
    page.click(".import-row:has-text('Baker') button[value=skip]")
    page.wait_for_selector(".import-row.out:has-text('Baker')")
    publish(someone)
    page.click(".outcome a")
    page.wait_for_url("**/transactions?import=*")
    assert page.locator(".row").count() == 1 and "Shop" in page.inner_text(".row")
    bring(someone, OPEN)
    # What was answered for such a file is remembered, and what has come in does not come again.
    page.wait_for_selector(".outcome button.primary")
    assert "It was imported before" in page.locator(".import-row.out", has_text="Shop").inner_text()
    imports(someone)
    page.click(".row:has(.state:text-is('Imported')) .row-main")
    page.click(".outcome form button")
    page.wait_for_selector(".toast:has-text('taken back')")
    page.click(".tabs a:nth-child(2)")
    assert page.locator(".row").count() == 0


def test_columns_that_make_no_transactions_are_refused_and_others_are_read(keeper):
    someone = keeper()
    page = someone.page
    bring(someone, PLAIN)
    page.click(".reading summary")
    page.select_option("#column-2", "")
    page.check("[name=inverts]")
    page.click(".reading button")
    page.wait_for_selector("main [role=alert]")
    # What was answered is still there, and in sight.
    assert page.input_value("#column-2") == "" and page.is_checked("[name=inverts]")
    someone.check_rules()
    page.select_option("#column-2", "amount")
    with page.expect_navigation():
        page.click(".reading button")
    assert "+12.50" in page.locator(".import-row", has_text="Shop").inner_text()
    page.click(".outcome .negative")
    page.wait_for_selector(".toast")
    assert page.locator(".rows .row").count() == 0


@pytest.mark.parametrize("file, sentence", [
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "This is a PDF."), (b"", "The file is empty."),
    (b"PK\x03\x04" + bytes(60), "packed"), ("<!doctype html><title>Sign in</title>", "web page"),
])
def test_what_is_no_statement_is_said_beside_the_file(keeper, file, sentence):
    someone = keeper()
    bring(someone, file)
    assert sentence in someone.page.inner_text("#file-hint")
    someone.check_rules()


def test_a_question_keeps_its_answer_where_another_one_is_wrong(keeper):
    someone = keeper()
    page = someone.page
    bring(someone, OPEN)
    page.check(".question [value=dmy]")
    page.click(".reading summary")
    page.select_option("#column-2", "")
    page.click(".reading button.primary")
    page.wait_for_selector("main [role=alert]")
    assert page.is_checked(".question [value=dmy]") and page.input_value("#column-2") == ""
    page.select_option("#column-2", "amount")
    page.click(".reading button.primary")
    page.wait_for_selector(".outcome button.primary")


def test_the_account_stays_chosen_where_its_file_is_refused(keeper):
    someone = keeper()
    page = someone.page
    page.goto(page.url.replace("/transactions/new", "/accounts/new"))
    page.fill("#name", "Savings")
    page.click(".account-form button.primary")
    page.wait_for_selector(".toast")
    imports(someone)
    page.select_option("#account", label="Savings")
    chosen = page.input_value("#account")
    page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": b""})
    with page.expect_navigation():
        page.click(".upload button.primary")
    assert "The file is empty." in page.inner_text("#file-hint")
    assert page.input_value("#account") == chosen


def test_what_was_done_to_a_file_elsewhere_is_said_on_its_page(keeper):
    someone = keeper()
    page = someone.page
    bring(someone, PLAIN)
    other = someone.context.new_page()
    other.goto(page.url)
    publish(someone)
    other.click(".import-row:has-text('Baker') button[value=skip]")
    assert "imported already" in other.inner_text("main [role=alert]")
    other.goto(page.url)
    page.click(".outcome form button")
    page.wait_for_selector(".toast:has-text('taken back')")
    other.click(".outcome form button")
    assert "nothing to take back" in other.inner_text("main [role=alert]")


def test_what_a_file_says_is_shown_and_not_run(keeper):
    someone = keeper()
    bring(someone, ATTACK)
    assert "<script>alert(1)" in someone.page.inner_text(".import-row")
    publish(someone)


def test_a_file_of_another_site_is_refused(keeper, visit):
    someone, other = keeper(), visit()
    other.join()
    other.make_account()
    imports(someone)
    page = someone.page
    account = page.input_value("#account")
    host = someone.origin.split("//")[1]
    cookies = {cookie["name"]: cookie["value"] for cookie in someone.context.cookies()}
    own = page.locator(".upload [name=csrf]").get_attribute("value")
    foreign = other.page.locator(".menu [name=csrf]").get_attribute("value")
    path = page.url.removeprefix(someone.origin)
    for origin, token in [(someone.origin, foreign), (someone.origin, ""), ("https://other.example", own)]:
        answer = requests.post(
            f"http://127.0.0.1:{host.rsplit(':', 1)[1]}{path}", cookies=cookies, timeout=10,
            headers={"Host": host, "Origin": origin, "Accept": "text/html"}, allow_redirects=False,
            files=[("csrf", (None, token)), ("account", (None, account)), ("file", ("a.csv", PLAIN))])
        assert answer.status_code == 403
    page.reload()
    assert page.locator(".rows .row").count() == 0


def test_pages_speak_german(keeper):
    someone = keeper(locale="de")
    bring(someone, OPEN)
    assert "In welcher Reihenfolge" in someone.page.inner_text(".question")
    someone.page.click(".tabs a:nth-child(3)")
    assert someone.page.inner_text("h1") == "Konten"
