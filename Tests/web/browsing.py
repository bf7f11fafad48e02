"""A person with a browser, who notices what goes wrong."""

import itertools
import os
import pathlib
import urllib.parse

from axe_playwright_python.sync_playwright import Axe

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 900}
IMAGES = pathlib.Path(__file__).resolve().parents[2] / "docs/images"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_numbers = itertools.count(1)


class Visitor:
    """Reads the pages of a tenant at its host, or under its path."""

    def __init__(self, browser, server, tenant="acme", on_path=False, size=LAPTOP, theme="light",
                 script=True, **options):
        port = urllib.parse.urlsplit(server.public).port
        self.origin = f"http://localhost:{port}" if on_path else f"http://{tenant}.localhost:{port}"
        self.base = self.origin + (f"/t/{tenant}" if on_path else "")
        self.script = script
        self.screen = f"{'phone' if size == PHONE else 'laptop'}-{theme}"
        self.faults = []
        self.context = browser.new_context(
            viewport=size, color_scheme=theme, java_script_enabled=script, **options)
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("dialog", self._dialog)

    def _console(self, message):
        # A form that was refused is no fault of the page.
        if message.type in ("error", "warning") and "422" not in message.text \
                and "status of 40" not in message.text:
            self.faults.append(f"{message.type}: {message.text} at {self.page.url}")

    def _request(self, request):
        if not request.url.startswith((self.origin + "/", "data:")):
            self.faults.append(f"a request to {request.url}")

    def _dialog(self, dialog):
        self.faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, path="/"):
        return self.page.goto(self.base + path)

    def sign_in(self, username="sam.johnson@gmail.com", password="password@123"):
        self.open("/sign-in")
        self.page.fill("#username", username)
        self.page.fill("#password", password)
        self.page.click("main button.primary")
        self.page.wait_for_url(self.base + "/")

    def join(self):
        """A new user, who is asked for a first account."""
        self.open("/join")
        self.page.fill("#username", f"visitor{next(_numbers)}@example.com")
        self.page.fill("#password", "a long password")
        self.page.click("main button.primary")
        self.page.wait_for_url(self.base + "/")

    def make_account(self, name="Checking", balance="100"):
        self.page.fill("[name=name]", name)
        self.page.fill("[name=balance]", balance)
        self.page.click(".first-account button")
        self.page.wait_for_url("**/transactions/new")

    def add(self, amount, payee="", **fields):
        self.page.fill("#amount", amount)
        self.page.fill("#payee", payee)
        for name, value in fields.items():
            self.page.fill(f"[name={name}]", value)
        # The next one may have the address of this one.
        with self.page.expect_navigation():
            self.page.click(".entry button.primary")
        self.page.wait_for_url("**done=added**" if not self.script else "**/transactions/new?date=**")

    def check_rules(self):
        """What axe finds on the page as it is."""
        results = Axe().run(self.page, options={
            "runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
        self.faults += [
            f"{rule['id']} at {self.page.url}: {rule['help']}: "
            + "; ".join(node["html"][:200] for node in rule["nodes"][:3])
            for rule in results.response["violations"]]

    def check_width(self):
        if self.script:
            wide = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                self.faults.append(f"{self.page.url} is {wide} px too wide")

    def look(self, name):
        """At a page as it is on this screen: whether it is readable, fits, and how it looks."""
        self.check_rules()
        self.check_width()
        self.picture(f"{name}-{self.screen}")

    def picture(self, name):
        """Keeps how the page looks, where TERRACE_PICTURES is set."""
        if os.environ.get("TERRACE_PICTURES"):
            folder = pathlib.Path(os.environ["TERRACE_PICTURES"])
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{name}.png")

    def close(self):
        self.context.close()
        assert not self.faults, "\n".join(self.faults)
