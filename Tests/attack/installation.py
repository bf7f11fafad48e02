"""An installation of Terrace that is attacked: a Postgres, an admin and gateways, each a process of
its own, so that any of them can be killed."""

import base64
import contextlib
import hashlib
import hmac
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg
import requests

from processes import TERRACE, answers, free_port, running, wait

# What a tenant's figures are, so that an answer says whose it is.
INCOME = {"acme": 111111, "globex": 222222}
PASSWORD = "a long password"


def mark(slug):
    """What stands in the tenant's rows and in no other's."""
    return f"MARK-OF-{slug.upper()}"


class Gateway:
    """A process in mode `shared`."""

    def __init__(self, installation, name):
        self.installation, self.name = installation, name
        self.port, self.ops = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def environment(self):
        return self.installation.database | {
            "TERRACE_MODE": "shared",
            "TERRACE_INSTANCE_NAME": self.name,
            "TERRACE_PUBLIC_LISTEN": f"127.0.0.1:{self.port}",
            "TERRACE_OPS_LISTEN": f"127.0.0.1:{self.ops}",
            "TERRACE_READER_PASSWORD": self.installation.secrets["reader"],
            "TERRACE_MASTER_KEY": self.installation.secrets["master"],
            "TERRACE_REPLICAS": "2",
        } | self.installation.settings

    def start(self):
        log = self.installation.folder / f"{self.name}.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*TERRACE, "serve"], env=os.environ | self.environment(), cwd=log.parent,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        wait(self.process, log, lambda: answers(f"http://127.0.0.1:{self.ops}/readyz"))

    def end(self, sign=signal.SIGTERM):
        if self.process is None:
            return
        self.process.send_signal(sign)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def call(self, slug, method, path, token=None, body=None, **options):
        headers = {"Host": f"{slug}.localhost"} | ({"x-access-token": token} if token else {})
        return requests.request(
            method, self.url + path, headers=headers | options.pop("headers", {}), json=body,
            timeout=options.pop("timeout", 60), **options)

    def log_in(self, slug, username="user", password=PASSWORD):
        answer = self.call(
            slug, "POST", "/login", body={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        return answer.json()["token"]


class Installation:
    def __init__(self, folder, barrier="revoke", gateways=1, settings=None, durable=False):
        self.folder, self.barrier, self.settings = folder, barrier, settings or {}
        self.durable = durable
        key = lambda: "1:" + base64.b64encode(secrets.token_bytes(32)).decode()  # noqa: E731
        self.secrets = {
            "owner": secrets.token_hex(16), "reader": secrets.token_hex(16),
            "admin": secrets.token_hex(32), "master": key(), "dedicated": key()}
        self.gateways = [Gateway(self, f"gateway-{number}") for number in range(gateways)]
        self.admin_port = free_port()
        self.tokens = {}

    @contextlib.contextmanager
    def run(self):
        with contextlib.ExitStack() as stack:
            self.socket = stack.enter_context(self._postgres())
            self.database = {"TERRACE_DATABASE_HOST": self.socket}
            self.command("bootstrap", "--gate", self.barrier, TERRACE_OWNER_PASSWORD=self.secrets[
                "owner"], TERRACE_READER_PASSWORD=self.secrets["reader"])
            self.command("migrate", TERRACE_OWNER_PASSWORD=self.secrets["owner"])
            stack.enter_context(self._admin())
            for gateway in self.gateways:
                stack.callback(gateway.end)
                gateway.start()
            yield self

    @property
    def gateway(self):
        return self.gateways[0]

    def command(self, *arguments, **environment):
        subprocess.run(
            [*TERRACE, *arguments], check=True, capture_output=True, stdin=subprocess.DEVNULL,
            env=os.environ | self.database | environment)

    @contextlib.contextmanager
    def _postgres(self):
        """The folder of its socket. Its logins need no password: an attacker has them all."""
        with tempfile.TemporaryDirectory(prefix="attack.") as name:
            folder, log = pathlib.Path(name), self.folder / "postgres.log"
            as_owner = []
            if os.geteuid() == 0:
                account = pwd.getpwnam("postgres")
                os.chown(folder, account.pw_uid, account.pw_gid)
                as_owner = [
                    f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
            command = ["setpriv", "--pdeathsig=KILL", *as_owner, "--"]
            binaries = os.environ.get("TERRACE_POSTGRES_BIN") or subprocess.run(
                ["pg_config", "--bindir"], check=True, capture_output=True, text=True).stdout.strip()
            subprocess.run(
                [*command, f"{binaries}/initdb", "--pgdata", folder / "data", "--no-sync",
                 "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"],
                check=True, capture_output=True, cwd=folder)
            postgres = [
                *command, f"{binaries}/postgres", "-D", folder / "data", "-k", folder,
                "-c", "listen_addresses=", "-c", f"fsync={'on' if self.durable else 'off'}",
                "-c", "max_connections=200"]
            with running(postgres, log, end=signal.SIGQUIT) as process:
                # psql's own: Debian's, whichever server this is.
                wait(process, log, lambda: self._accepts(name))
                self.postmaster = process.pid
                yield name

    @staticmethod
    def _accepts(host):
        try:
            psycopg.connect(host=host, user="postgres", dbname="postgres").close()
            return True
        except psycopg.OperationalError:
            return False

    @contextlib.contextmanager
    def _admin(self):
        log, ops = self.folder / "admin.log", free_port()
        environment = self.database | {
            "TERRACE_MODE": "admin",
            "TERRACE_ADMIN_LISTEN": f"127.0.0.1:{self.admin_port}",
            "TERRACE_OPS_LISTEN": f"127.0.0.1:{ops}",
            "TERRACE_OWNER_PASSWORD": self.secrets["owner"],
            "TERRACE_MASTER_KEY": self.secrets["master"],
            "TERRACE_DEDICATED_MASTER_KEY": self.secrets["dedicated"],
            "TERRACE_ADMIN_TOKEN": self.secrets["admin"],
        }
        with running([*TERRACE, "serve"], log, environment) as process:
            wait(process, log, lambda: answers(f"http://127.0.0.1:{ops}/readyz"))
            yield

    def admin(self, method, path, body=None, **options):
        return requests.request(
            method, f"http://127.0.0.1:{self.admin_port}{path}", json=body, timeout=60,
            headers={"Authorization": f"Bearer {self.secrets['admin']}"}, **options)

    def register(self, slug, isolation="shared"):
        answer = self.admin("POST", "/admin/tenants", {
            "slug": slug, "display_name": slug, "isolation": isolation})
        assert answer.status_code in (201, 202), answer.text
        return answer.json()

    def settle(self, slug):
        """A tenant with a user, whose entry has the tenant's mark; its token is kept."""
        self.register(slug)
        user = {"username": "user", "password": PASSWORD}
        answer = self.gateway.call(slug, "POST", "/register", body=user)
        assert answer.status_code == 200, answer.text
        self.tokens[slug] = self.gateway.log_in(slug)
        answer = self.gateway.call(slug, "POST", "/transaction", self.tokens[slug], {
            "type": "income", "amount": INCOME.get(slug, 1), "description": mark(slug)})
        assert answer.status_code == 200, answer.text

    def figures(self, slug, gateway=None, **options):
        """What the tenant's own user sees."""
        return (gateway or self.gateway).call(
            slug, "GET", "/analytics?period=current_month", self.tokens[slug], **options)

    def connect(self, login, database="terrace", **options):
        return psycopg.connect(
            host=self.socket, user=login, dbname=database, connect_timeout=10, **options)

    def superuser(self, database="terrace"):
        return self.connect("postgres", database, autocommit=True)

    def cell(self, slug):
        """The login that serves the tenant."""
        with self.superuser() as database:
            return database.execute(
                "select c.login from registry.cells c join registry.tenants t on t.cell_id = c.id "
                "join registry.hosts h on h.tenant_id = t.id where h.name = %s", [slug]
            ).fetchone()[0]

    def switch(self, connection, slug):
        """Makes the switch to the tenant, as the gateway does at the start of a transaction."""
        role = f"t_{slug}"
        connection.execute(
            "select set_config('role', %s, true), set_config('search_path', %s, true)",
            [role, f"{role}, pg_temp"])
        if self.barrier == "row-level":
            connection.execute("select set_config('terrace.k', %s, true)", [self.gate_key(slug)])

    def gate_key(self, slug):
        """What opens the row-level gate of the tenant's tables, as a gateway derives it."""
        with self.superuser() as database:
            tenant, = database.execute(
                "select tenant_id from registry.hosts where name = %s", [slug]).fetchone()
        version, _, master = self.secrets["master"].partition(":")
        pseudo_random = hmac.digest(bytes(32), base64.b64decode(master), hashlib.sha256)
        info = f"terrace/gate/{tenant}/{version}".encode()
        key = hmac.digest(pseudo_random, info + b"\1", hashlib.sha256)  # RFC 5869, one block
        return base64.urlsafe_b64encode(key).rstrip(b"=").decode()
