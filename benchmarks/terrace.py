"""A release build of Terrace with a Postgres of its own, in a temporary folder."""
import ctypes
import http.client
import json
import os
import pathlib
import platform
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = ROOT / ".build/release/terrace"
BUILD = ROOT / ".build/benchmarks"


def build():
    """Installs and builds what the scenarios need."""
    subprocess.run([ROOT / "scripts/setup", "wrk", "gcc", "curl", "python3-venv"], check=True)
    subprocess.run([ROOT / "scripts/build"], check=True)
    BUILD.mkdir(parents=True, exist_ok=True)
    flags = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "libpq"], check=True, capture_output=True, text=True
    ).stdout.split()
    for name in ("ceiling", "replay"):
        source = ROOT / f"benchmarks/{name}.c"
        subprocess.run(["cc", "-O2", "-o", BUILD / name, source, *flags], check=True)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def cpu_seconds(pid):
    """What the process has used so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Terrace:
    """`terrace dev`, ended and removed at the end of the `with`."""

    # Settings besides those of every scenario, from the next start on.
    environment = {}

    def __init__(self, binary=BINARY):
        self.binary = binary

    def __enter__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="terrace-bench."))
        self.port, self.admin_port, self.ops_port = free_port(), free_port(), free_port()
        self.start()
        return self

    def start(self):
        self.launch()
        self._wait()
        self.token = (self.home / "data/admin-token").read_text().strip()

    def launch(self):
        self.log = open(self.home / "terrace.log", "ab")
        self.process = subprocess.Popen(
            [self.binary, "dev"],
            env=os.environ
            | {
                "TERRACE_HOME": str(self.home / "data"),
                "PORT": str(self.port),
                "ADMIN_PORT": str(self.admin_port),
                "TERRACE_OPS_LISTEN": f"127.0.0.1:{self.ops_port}",
                "TERRACE_ACCESS_LOG": "off",
            }
            | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()

    def __exit__(self, *_):
        self.end()
        for link in (self.home / "data").iterdir() if (self.home / "data").exists() else []:
            if link.is_symlink():
                shutil.rmtree(link.resolve(), ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)

    def _wait(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                if self.call("GET", "/health", host="acme.localhost")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit("terrace did not start:\n" + (self.home / "terrace.log").read_text())

    def connection(self, port):
        return http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def call(
        self, method, path, body=None, *, host=None, token=None, port=None, connection=None
    ):
        """One request, on a connection of its own if none is given: the status, and the body as
        JSON or text."""
        own = connection or self.connection(port or self.port)
        headers = {"Host": host or f"localhost:{port}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            data = None if body is None else json.dumps(body)
            own.request(method, path, data, headers)
            response = own.getresponse()
            text = response.read().decode()
        finally:
            if connection is None:
                own.close()
        return response.status, json.loads(text) if text[:1] in "{[" else text

    def register(self, slug, connection=None):
        """Registers a tenant; the seconds that it took."""
        start = time.perf_counter()
        status, answer = self.call(
            "POST",
            "/admin/tenants",
            {"slug": slug, "display_name": slug},
            token=self.token,
            port=self.admin_port,
            connection=connection,
        )
        elapsed = time.perf_counter() - start
        if status != 201:
            raise SystemExit(f"POST /admin/tenants: {status} {answer}")
        return elapsed

    def must(self, status, method, path, body=None, **where):
        actual, answer = self.call(method, path, body, **where)
        if actual != status:
            raise SystemExit(f"{method} {path} {where.get('host')}: {actual} {answer}")
        return answer

    @property
    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def metric(self, name):
        """A number without labels from /metrics."""
        for line in self.call("GET", "/metrics", port=self.ops_port)[1].splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        raise SystemExit(f"no {name} in /metrics")

    def forget_peak_memory(self):
        """Has ``memory_megabytes`` count from now on (proc(5), clear_refs)."""
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    @property
    def memory_megabytes(self):
        """The most that was resident at once."""
        return self._status("VmHWM") / 1024

    @property
    def resident_megabytes(self):
        return self._status("VmRSS") / 1024

    def _status(self, name):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1])
        raise SystemExit(f"no {name} in /proc")

    @property
    def postgres(self):
        """The folder of the Postgres socket, and the port in its name."""
        for folder, _, files in os.walk(self.home / "data", followlinks=True):
            for name in files:
                if name.startswith(".s.PGSQL.") and not name.endswith(".lock"):
                    return folder, name.rsplit(".", 1)[1]
        raise SystemExit("no Postgres socket in TERRACE_HOME")

    @property
    def postgres_log(self):
        for folder, _, files in os.walk(self.home / "data", followlinks=True):
            for name in files:
                path = pathlib.Path(folder, name)
                if name.endswith(".log"):
                    return path
        raise SystemExit("no Postgres log in TERRACE_HOME")

    def superuser(self):
        folder, port = self.postgres
        return Connection(f"host={folder} port={port} user=postgres dbname=terrace")


class Connection:
    """libpq's simple protocol, for preparing and for bare SQL."""

    libpq = ctypes.CDLL("libpq.so.5")
    for function in ("PQconnectdb", "PQexec"):
        getattr(libpq, function).restype = ctypes.c_void_p
    for function in ("PQerrorMessage", "PQresultErrorMessage", "PQgetvalue"):
        getattr(libpq, function).restype = ctypes.c_char_p

    def __init__(self, conninfo):
        self.pointer = ctypes.c_void_p(self.libpq.PQconnectdb(conninfo.encode()))
        if self.libpq.PQstatus(self.pointer) != 0:
            raise SystemExit(self.libpq.PQerrorMessage(self.pointer).decode())

    def execute(self, sql):
        """Runs one or several statements; the rows of the last."""
        result = ctypes.c_void_p(self.libpq.PQexec(self.pointer, sql.encode()))
        try:
            error = self.libpq.PQresultErrorMessage(result)
            if error:
                raise SystemExit(f"{error.decode()} in {sql[:200]}")
            columns = range(self.libpq.PQnfields(result))
            return [
                [self.libpq.PQgetvalue(result, row, column).decode() for column in columns]
                for row in range(self.libpq.PQntuples(result))
            ]
        finally:
            self.libpq.PQclear(result)

    def close(self):
        self.libpq.PQfinish(self.pointer)


def report(name, result):
    """Prints the rows of the result, and writes it as JSON."""
    rows = result["rows"]
    width = max(len(row["what"]) for row in rows)
    print(f"\n{name}: {result['setting']}")
    print(f"  {'':{width}}  {'measured':>12}  {'target':>12}")
    for row in rows:
        target = row.get("target")
        met = "" if target is None else ("  met" if row["met"] else "  MISSED")
        print(f"  {row['what']:{width}}  {row['measured']:>12}  {target or '':>12}{met}")
    folder = ROOT / "benchmarks/results"
    folder.mkdir(exist_ok=True)
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    stamp = {
        "commit": commit,
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
    }
    (folder / f"{name}.json").write_text(json.dumps(stamp | result, indent=2) + "\n")
