"""The processes of these tests, none of which outlives its `with`."""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import requests

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
# It ends, in good order, with whatever started it, however that ends.
TERRACE = [
    "setpriv", "--pdeathsig=TERM", "--",
    os.environ.get("TERRACE_BINARY", str(REPOSITORY / ".build/release/terrace"))]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def running(command, log, environment=None, end=signal.SIGTERM):
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=os.environ | (environment or {}), cwd=log.parent, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.send_signal(end)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait(process, log, is_ready):
    deadline = time.monotonic() + 60
    while not is_ready():
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def answers(url):
    try:
        return requests.get(url, timeout=5).ok
    except requests.ConnectionError:
        return False


class Server:
    """`terrace dev`, as scripts/run starts it."""

    def __init__(self, folder):
        self.folder, self.home = folder, folder / "home"
        public, admin, ops = (str(free_port()) for _ in range(3))
        self.public, self.admin = f"http://127.0.0.1:{public}", f"http://127.0.0.1:{admin}"
        self.environment = {
            "TERRACE_HOME": str(self.home), "TERRACE_ACCESS_LOG": "off",
            "PORT": public, "ADMIN_PORT": admin, "OPS_PORT": ops,
        }

    @contextlib.contextmanager
    def run(self):
        log = self.folder / "dev.log"
        try:
            with running([*TERRACE, "dev"], log, self.environment) as process:
                wait(process, log, lambda: answers(f"{self.public}/t/globex/health"))
                yield self
        finally:
            # Where root's data lies.
            link = self.home / "postgres"
            if link.is_symlink():
                shutil.rmtree(link.resolve())

    def secret(self, name):
        return (self.home / name).read_text().strip()

    @property
    def admin_headers(self):
        return {"Authorization": f"Bearer {self.secret('admin-token')}"}

    def log_in(self, tenant):
        """A token of the demo user."""
        answer = requests.post(f"{self.public}/t/{tenant}/login", json={
            "username": "sam.johnson@gmail.com", "password": "password@123"})
        assert answer.status_code == 200, answer.text
        return answer.json()["token"]

    @contextlib.contextmanager
    def deaf_gateway(self):
        """Another gateway on the same database, which is stopped before it hears of what follows."""
        log, ops = self.folder / "gateway.log", free_port()
        environment = {
            "TERRACE_MODE": "shared", "TERRACE_INSTANCE_NAME": "deaf",
            "TERRACE_PUBLIC_LISTEN": f"127.0.0.1:{free_port()}",
            "TERRACE_OPS_LISTEN": f"127.0.0.1:{ops}",
            "TERRACE_DATABASE_HOST": str(self.home / "postgres/socket"),
            "TERRACE_READER_PASSWORD": self.secret("secrets/reader-password"),
            "TERRACE_MASTER_KEY": self.secret("secrets/master-key"),
        }
        with running([*TERRACE, "serve"], log, environment) as process:
            wait(process, log, lambda: answers(f"http://127.0.0.1:{ops}/readyz"))
            process.send_signal(signal.SIGSTOP)
            try:
                yield
            finally:
                process.send_signal(signal.SIGCONT)

    @contextlib.contextmanager
    def node(self):
        """Another Postgres, prepared to be a node. The folder of its socket, which is its host."""
        with tempfile.TemporaryDirectory(prefix="node.") as name:
            folder = pathlib.Path(name)
            log = self.folder / "node.log"
            as_owner = []
            if os.geteuid() == 0:
                account = pwd.getpwnam("postgres")
                os.chown(folder, account.pw_uid, account.pw_gid)
                as_owner = [
                    f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
            command = ["setpriv", "--pdeathsig=KILL", *as_owner, "--"]
            binaries = subprocess.run(
                ["pg_config", "--bindir"], check=True, capture_output=True, text=True).stdout.strip()
            subprocess.run(
                [*command, f"{binaries}/initdb", "--pgdata", folder / "data", "--no-sync",
                 "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"],
                check=True, capture_output=True, cwd=folder)
            postgres = [
                *command, f"{binaries}/postgres", "-D", folder / "data", "-k", folder,
                "-c", "listen_addresses=", "-c", "fsync=off"]
            with running(postgres, log, end=signal.SIGQUIT) as process:
                wait(process, log, lambda: subprocess.run(
                    [f"{binaries}/pg_isready", "-q", "-h", folder]).returncode == 0)
                self._bootstrap(name)
                yield name

    def _bootstrap(self, host):
        environment = {
            "TERRACE_DATABASE_HOST": host,
            "TERRACE_OWNER_PASSWORD": self.secret("secrets/owner-password"),
            "TERRACE_READER_PASSWORD": self.secret("secrets/reader-password"),
        }
        subprocess.run(
            [*TERRACE, "bootstrap"], check=True, capture_output=True, env=os.environ | environment)
