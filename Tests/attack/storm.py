"""Many tenants' reads and writes while connections, backends and gateways are killed and the database
turns read-only: nobody sees a foreign row, and of what was acknowledged nothing is lost or doubled.

As a program, it takes the seconds that the storm is to last, and prints its figures as JSON."""

import collections
import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
import uuid

import psycopg

from installation import Installation

QUERY = "/analytics?period=current_month"


class Storm:
    """
    seconds: how long it goes on.
    crashes: whether backends are killed as well, each of which makes Postgres recover from its log.
    """

    def __init__(self, installation, seconds, tenants=40, clients=16, crashes=True, seed=1):
        self.installation, self.seconds, self.seed = installation, seconds, seed
        self.clients, self.crashes = clients, crashes
        self.slugs = [f"storm-{number}" for number in range(tenants)]
        self.tokens = {}
        self.counts = collections.Counter()
        self.faults = collections.Counter()
        self.acknowledged = collections.defaultdict(set)
        self.foreign = []
        self.lock = threading.Lock()

    def run(self):
        """The figures: requests, answers by status, faults by kind, and foreign, lost and doubled."""
        for slug in self.slugs:
            self.installation.settle(slug)
            self.tokens[slug] = self.installation.tokens[slug]
        self.until = time.monotonic() + self.seconds
        threads = [threading.Thread(target=self._guarded, args=(self._client, number))
                   for number in range(self.clients)]
        self.broken = []
        for thread in threads:
            thread.start()
        # On this thread, since a process that one starts gets its death signal when the thread ends.
        self._guarded(self._inject, self.clients)
        for thread in threads:
            thread.join()
        if self.broken:
            raise self.broken[0]
        for gateway in self.installation.gateways:
            self._await_writes(gateway)
        return self._figures()

    def _await_writes(self, gateway):
        """Each tenant can write again, soon after the last fault."""
        deadline = time.monotonic() + 15
        for slug in self.slugs:
            while True:
                answer = gateway.call(slug, "POST", "/transaction", self.tokens[slug], {
                    "type": "expense", "amount": self.slugs.index(slug) + 1, "description": f"{slug}/{uuid.uuid4()}"})
                if answer.status_code == 200:
                    break
                if time.monotonic() > deadline:
                    raise AssertionError(f"{slug} cannot write after the storm: {answer.text}")
                time.sleep(0.1)

    def _guarded(self, body, number):
        try:
            body(random.Random(self.seed * 1000 + number))
        except Exception as error:  # noqa: BLE001 (raised by the thread that started this one)
            self.broken.append(error)

    # Clients

    def _client(self, choose):
        connection = None
        while time.monotonic() < self.until:
            gateway = choose.choice(self.installation.gateways)
            index = choose.randrange(len(self.slugs))
            try:
                if connection is None or connection.port != gateway.port:
                    if connection:
                        connection.close()
                    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
                if choose.random() < 0.05:
                    self._leave(gateway, index)
                elif choose.random() < 0.5:
                    self._write(connection, index)
                else:
                    self._read(connection, index)
            except (OSError, http.client.HTTPException):
                self._count("cut off")
                connection.close()
                connection = None

    def _count(self, what):
        with self.lock:
            self.counts["requests"] += 1
            self.counts[what] += 1

    def _ask(self, connection, index, method, path, body=None):
        slug = self.slugs[index]
        headers = {"Host": f"{slug}.localhost", "x-access-token": self.tokens[slug]}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, path, body and json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        self._count(str(answer.status))
        return answer.status, text

    def _write(self, connection, index):
        name = f"{self.slugs[index]}/{uuid.uuid4()}"
        status, _ = self._ask(connection, index, "POST", "/transaction", {
            "type": "expense", "amount": index + 1, "description": name})
        if status == 200:
            with self.lock:
                self.acknowledged[self.slugs[index]].add(name)

    def _read(self, connection, index):
        before = len(self.acknowledged[self.slugs[index]])
        status, text = self._ask(connection, index, "GET", QUERY)
        if status != 200:
            return
        figures = json.loads(text)
        # Each entry of a tenant is of one amount, which no other tenant's is.
        if figures["total_income"] != 1 or figures["total_expense"] % (index + 1) or (
                figures["total_expense"] < before * (index + 1)):
            self.foreign.append((self.slugs[index], before, figures))

    def _leave(self, gateway, index):
        """A client that resets its connection as soon as it has asked."""
        slug, name = self.slugs[index], f"{self.slugs[index]}/{uuid.uuid4()}"
        body = json.dumps({"type": "expense", "amount": index + 1, "description": name})
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=60) as connection:
            connection.sendall(
                f"POST /transaction HTTP/1.1\r\nHost: {slug}.localhost\r\nx-access-token: {self.tokens[slug]}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._count("left")

    # Faults

    def _inject(self, choose):
        kinds = ["backends ended"] * 6 + ["gateways killed"] * 2 + ["read-only phases"] * 2 + ["server paused"]
        kinds += ["backends killed"] if self.crashes else []
        while time.monotonic() < self.until:
            kind = choose.choice(kinds)
            with contextlib.suppress(psycopg.OperationalError):
                self.faults[kind] += getattr(self, "_" + kind.replace(" ", "_").replace("-", "_"))(choose)
            time.sleep(choose.uniform(0.2, 1.5))

    def _superuser(self):
        return self.installation.superuser()

    def _backends(self, database):
        return [pid for pid, in database.execute(
            "select pid from pg_stat_activity where usename like 'terrace_%' and backend_type = 'client backend'")]

    def _backends_ended(self, choose):
        with self._superuser() as database:
            pids = self._backends(database)
            for pid in choose.sample(pids, min(3, len(pids))):
                database.execute("select pg_terminate_backend(%s)", [pid])
        return 1

    def _backends_killed(self, choose):
        with self._superuser() as database:
            pids = self._backends(database)
        os.kill(choose.choice(pids), signal.SIGKILL)
        return 1

    def _gateways_killed(self, choose):
        gateway = choose.choice(self.installation.gateways)
        gateway.end(signal.SIGKILL)
        gateway.start()
        return 1

    def _read_only_phases(self, choose):
        with self._superuser() as database:
            try:
                for value in "on", "off":
                    database.execute(f"alter system set default_transaction_read_only = {value}")
                    database.execute("select pg_reload_conf()")
                    if value == "on":
                        time.sleep(choose.uniform(0.2, 2))
            finally:
                database.execute("set default_transaction_read_only = off")
                database.execute("alter system reset default_transaction_read_only")
                database.execute("select pg_reload_conf()")
        return 1

    def _server_paused(self, choose):
        os.kill(self.installation.postmaster, signal.SIGSTOP)
        try:
            time.sleep(choose.uniform(0.2, 1))
        finally:
            os.kill(self.installation.postmaster, signal.SIGCONT)
        return 1

    # Figures

    def _figures(self):
        lost = doubled = rows = 0
        foreign = len(self.foreign)
        for slug in self.slugs:
            schema = "t_" + slug.replace("-", "_")
            with self._patient() as database:
                found = collections.Counter(name for name, in database.execute(
                    f"select memo from {schema}.transaction where amount < 0"))
            rows += sum(found.values())
            foreign += sum(not name.startswith(slug + "/") for name in found)
            doubled += sum(number - 1 for number in found.values())
            lost += len(self.acknowledged[slug] - set(found))
        return {
            "requests": self.counts.pop("requests"),
            "answers": dict(sorted(self.counts.items())),
            "acknowledged writes": sum(map(len, self.acknowledged.values())),
            "rows": rows,
            "faults": dict(sorted(self.faults.items())),
            "foreign rows": foreign, "lost writes": lost, "doubled writes": doubled,
        }

    def _patient(self):
        """A connection, though the server may be recovering."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return self._superuser()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


def main():
    with tempfile.TemporaryDirectory(prefix="terrace-storm.") as name:
        # The account that runs Postgres must get through it.
        pathlib.Path(name).chmod(0o711)
        with Installation(pathlib.Path(name), gateways=2, durable=True).run() as installation:
            print(json.dumps(Storm(installation, seconds=int(sys.argv[1])).run()))


if __name__ == "__main__":
    main()
