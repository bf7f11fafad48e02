"""Ledgers that several people share, and the users of a tenant."""

import itertools

import pytest
from browsing import LAPTOP, PHONE

numbers = itertools.count(1)


def choose(someone, place):
    """Opens a page by the menu of the user."""
    someone.page.click(".menu summary")
    someone.page.click(f".menu-body a[href$='{place}']")
    someone.page.wait_for_url(f"**{place}")


def sharing(someone):
    someone.page.click(".narrow-tab")
    someone.page.click("main a[href$='/sharing']")
    someone.page.wait_for_url("**/sharing")


@pytest.fixture
def owner(visit):
    """Signs in who looks after the tenant's users, and makes a ledger."""

    def make(name=None, **options):
        someone = visit(**options)
        someone.sign_in()
        choose(someone, "/ledgers/new")
        someone.page.fill("#name", name or f"Ledger {next(numbers)}")
        someone.page.click(".new-ledger button.primary")
        someone.page.wait_for_selector(".first-account")
        return someone

    return make


def invite(someone, role="editor"):
    someone.page.select_option("#invite-role", role)
    someone.page.click(".invite button")
    return someone.page.input_value("#fresh")


def take(visit, link, name, **options):
    guest = visit(**options)
    guest.page.goto(link)
    guest.page.fill("#username", name)
    guest.page.fill("#password", "a long password")
    guest.page.click("main button.primary")
    guest.page.wait_for_url(guest.base + "/")
    return guest


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sharing_is_readable_on_every_screen_and_in_both_themes(owner, size, theme):
    someone = owner(size=size, theme=theme)
    page = someone.page

    sharing(someone)
    invite(someone)
    someone.look("sharing")
    choose(someone, "/users")
    someone.look("users")
    page.click("main a.row-main:has-text('alex')")
    page.wait_for_selector(".reset")
    someone.look("user")
    choose(someone, "/ledgers/new")
    someone.look("new-ledger")
    page.goto(someone.base)
    page.click(".narrow-tab")
    page.wait_for_url("**/more")
    someone.look("more-all")


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_ledger_is_shared_by_a_link_and_a_member_is_taken_out(owner, visit, on_path, script):
    name, guest_name = f"Trip {next(numbers)}", f"guest{next(numbers)}@example.com"
    someone = owner(name, on_path=on_path, script=script)
    page = someone.page
    someone.make_account()
    sharing(someone)
    link = invite(someone, "viewer")
    page.goto(page.url.split("?")[0].replace("/invitations", ""))
    assert page.locator(".invitations .row").count() == 1
    guest = take(visit, link, guest_name, on_path=on_path, script=script)
    # It is the first ledger that they see.
    assert guest.page.inner_text(".brand") == name
    # Who looks on has nothing to add with.
    assert guest.page.locator(".tabs .add").count() == 0
    ledger = guest.origin + guest.page.get_attribute(".brand", "href")
    # The link has been used.
    late = visit(on_path=on_path, script=script)
    late.page.goto(link)
    late.page.fill("#username", f"late{next(numbers)}@example.com")
    late.page.fill("#password", "a long password")
    late.page.click("main button.primary")
    assert "was used" in late.page.inner_text(".fault")

    page.reload()
    row = f".member:has-text('{guest_name}')"
    page.select_option(f"{row} select", "editor")
    page.click(f"{row} button:has-text('Save')")
    page.wait_for_selector(".toast")
    guest.page.reload()
    assert guest.page.locator(".tabs .add").count() == 1
    page.click(f"{row} button:has-text('Remove')")
    page.wait_for_selector(".toast:has-text('Removed')")
    assert page.locator(".member").count() == 1
    assert guest.page.goto(ledger).status == 404


def test_the_last_owner_of_a_ledger_stays_one(owner):
    someone = owner()
    page = someone.page
    sharing(someone)
    page.select_option(".member select", "viewer")
    page.click(".member button:has-text('Save')")
    page.wait_for_selector("[role=alert]")
    someone.check_rules()
    page.click(".member button:has-text('Leave')")
    page.wait_for_selector("[role=alert]")


def test_a_user_who_is_there_is_added_and_leaves(owner, visit):
    someone = owner("Club")
    sharing(someone)
    someone.page.select_option("#user", label="alex.johnson@gmail.com")
    someone.page.select_option("#new-role", "owner")
    someone.page.click(".add-member button")
    someone.page.wait_for_selector(".member:has-text('alex')")
    other = visit()
    other.sign_in("alex.johnson@gmail.com")
    other.page.click(".menu summary")
    other.page.click(".menu-body a:has-text('Club')")
    sharing(other)
    # Who does not look after users sees none to choose from.
    assert other.page.locator("#user, #invite-role").count() == 0
    other.page.click(".member:has-text('(you)') button:has-text('Leave')")
    other.page.wait_for_url(other.base + "/")


def test_a_ledger_is_renamed_and_deleted_by_its_name(owner):
    name = f"Garden {next(numbers)}"
    someone = owner(name)
    page = someone.page
    sharing(someone)
    page.fill("#zone", "Mars/Olympus")
    page.click(".ledger-form button")
    page.wait_for_selector("#zone[aria-invalid]")
    someone.check_rules()
    page.fill("#name", name + " <b>")
    page.fill("#zone", "Asia/Tokyo")
    page.click(".ledger-form button")
    page.wait_for_selector(".toast")
    assert page.inner_text(".brand").strip() == name + " <b>"
    page.click("details.card summary")
    page.fill("#confirm", name)
    page.click(".deletion button")
    page.wait_for_selector("#confirm[aria-invalid]")
    page.fill("#confirm", name + " <b>")
    page.click(".deletion button")
    page.wait_for_url(someone.base + "/")
    page.click(".menu summary")
    assert name not in page.inner_text(".menu-body")


def test_a_new_ledger_says_what_is_wrong_with_it(owner):
    someone = owner()
    choose(someone, "/ledgers/new")
    someone.page.fill("#name", "Ok")
    someone.page.fill("#currency", "XYZ")
    someone.page.click(".new-ledger button.primary")
    someone.page.wait_for_selector("#currency[aria-invalid]")
    assert someone.page.input_value("#name") == "Ok"
    someone.check_rules()


@pytest.mark.parametrize("on_path", [False, True], ids=["host", "path"])
def test_a_ledger_is_taken_along_as_a_file(owner, on_path):
    someone = owner(on_path=on_path)
    someone.make_account()
    someone.add("12.50", "Shop")
    sharing(someone)
    for format, beginning in [("CSV", "date,account,amount"), ("OFX", "<?xml"), ("JSON", '{"format":"terrace"')]:
        with someone.page.expect_download() as download:
            someone.page.click(f".exports a:has-text('{format}')")
        text = download.value.path().read_text()
        assert text.startswith(beginning) and "Shop" in text
        assert download.value.suggested_filename.endswith(format.lower())


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_users_are_invited_changed_and_erased(owner, visit, script):
    someone = owner(script=script)
    page = someone.page
    name = f"person{next(numbers)}@example.com"
    choose(someone, "/users")
    page.select_option("#invite-role", "member")
    page.click(".invite button")
    guest = take(visit, page.input_value("#fresh"), name)
    page.goto(someone.base + "/users")
    page.click(f"main a.row-main:has-text('{name}')")
    page.click(".activity button")
    page.wait_for_selector(".toast")
    guest.open("/")
    assert "/sign-in" in guest.page.url
    page.click(".activity button")
    page.wait_for_selector(".activity button:has-text('Deactivate')")
    page.click(".reset button")
    page.wait_for_selector("#fresh")
    guest.page.goto(page.input_value("#fresh"))
    guest.page.fill("#password", "quite another password")
    guest.page.click("main button.primary")
    guest.page.wait_for_url("**/sign-in?reset=1")
    guest.sign_in(name, "quite another password")
    page.select_option("#role", "owner")
    page.click(".role-form button")
    page.wait_for_selector(".toast")
    assert guest.open("/users").status == 200
    page.click("details.card summary")
    page.fill("#confirm", "somebody else")
    page.click(".erasure button")
    page.wait_for_selector("#confirm[aria-invalid]")
    page.fill("#confirm", name)
    page.click(".erasure button")
    page.wait_for_selector(".toast:has-text('erased')")
    assert name not in page.inner_text("main")


def test_who_does_not_look_after_users_sees_none(visit):
    someone = visit()
    someone.join()
    assert someone.page.locator(".menu-body a[href$='/users']").count() == 0
    assert someone.open("/users").status == 403
    assert someone.open("/users/1").status == 403
    someone.check_rules()
