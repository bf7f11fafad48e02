"""Forwarding to a dedicated tenant's deployment, against reverse proxies."""
import contextlib
import http.client
import re
import statistics
import subprocess
import time

import proxies
from analytics import row

SIZE = 1 << 30
PIECE = bytes(1 << 18)


def measure(server, seconds):
    """`wrk` against the port of `server`, which has `cpu_seconds`."""
    before = server.cpu_seconds
    output = subprocess.run(
        ["wrk", "-t1", "-c32", f"-d{seconds}s", "--latency", "-H", "Host: small.localhost"]
        + [f"http://127.0.0.1:{server.port}/"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    cpu = server.cpu_seconds - before
    if "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit(f"forwarding failed under load:\n{output}")
    requests = int(re.search(r"(\d+) requests in", output)[1])
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", output).groups()
    return {
        "per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
        "p99_us": float(number) * {"us": 1, "ms": 1e3, "s": 1e6}[unit],
        "cpu_us": cpu / requests * 1e6,
    }


def transfer(terrace, method):
    """One large body through the gateway: its seconds, and the gateway's peak memory."""
    terrace.forget_peak_memory()
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", terrace.port, timeout=120)
    headers = {"Host": "large.localhost"}
    body = None
    if method == "POST":
        headers["Content-Length"] = str(SIZE)
        body = (PIECE for _ in range(SIZE // len(PIECE)))
    connection.request(method, "/large", body, headers)
    response = connection.getresponse()
    size, buffer = 0, bytearray(1 << 18)
    while count := response.readinto(buffer):
        size += count
    connection.close()
    if response.status != 200 or size != (0 if body else SIZE):
        raise SystemExit(f"{method} of {SIZE} bytes: {response.status} with {size} bytes")
    return time.perf_counter() - start, terrace.memory_megabytes


def dedicate(terrace, upstreams):
    """Registers the tenants and has the gateway forward them to these ports."""
    for slug in upstreams:
        terrace.register(slug)
    superuser = terrace.superuser()
    superuser.execute(
        "update registry.tenants set served_by = 'dedicated'"
        " where namespace in ('tenant-small', 'tenant-large')"
    )
    superuser.close()
    terrace.end()
    terrace.environment = {
        "TERRACE_UPSTREAM": "http://terrace.{namespace}.svc",
        "TERRACE_UPSTREAM_OVERRIDES": ",".join(
            f"tenant-{slug}=127.0.0.1:{port}" for slug, port in upstreams.items()
        ),
    }
    terrace.start()
    while terrace.call("GET", "/", host="small.localhost")[1] != "forwarded":
        time.sleep(0.05)


def run(terrace, options):
    proxies.install()
    with contextlib.ExitStack() as stack:
        upstream = stack.enter_context(proxies.Upstream(terrace.home))
        large = stack.enter_context(proxies.LargeBodies(SIZE))
        dedicate(terrace, {"small": upstream.port, "large": large.port})
        servers = {"terrace": terrace}
        for kind in (proxies.Nginx, proxies.Envoy, proxies.Traefik, proxies.Caddy):
            proxy = stack.enter_context(kind(terrace.home, upstream.port))
            servers[kind.__name__.lower()] = proxy
        for server in servers.values():
            measure(server, 2)
        rounds = [
            {name: measure(server, options.seconds) for name, server in servers.items()}
            for _ in range(options.rounds)
        ]
        upload, upload_memory = transfer(terrace, "POST")
        download, download_memory = transfer(terrace, "GET")
        large.shutdown()

    def median(name, figure):
        return statistics.median(each[name][figure] for each in rounds)

    def ratio(figure, other):
        return statistics.median(
            each["terrace"][figure] / each[other][figure] for each in rounds
        )

    rows = [
        row(f"{name}: requests/s, p99 in ms, CPU per request in µs", " ".join((
            f"{median(name, 'per_second'):.0f}", f"{median(name, 'p99_us') / 1000:.2f}",
            f"{median(name, 'cpu_us'):.1f}",
        )))
        for name in servers
    ]
    cpu, p99 = ratio("cpu_us", "traefik"), ratio("p99_us", "caddy")
    memory = max(upload_memory, download_memory)
    return {
        "setting": "a short GET, 32 connections from wrk, one nginx as everyone's upstream, "
        f"plain HTTP on loopback, median of {options.rounds} rounds of {options.seconds} s",
        "rounds": rounds,
        "rows": rows + [
            row("CPU per request / Traefik's", f"{cpu:.2f}", "<= 1.00", cpu <= 1),
            row("CPU per request / Envoy's", f"{ratio('cpu_us', 'envoy'):.2f}"),
            row("p99 / Caddy's", f"{p99:.2f}", "<= 1.00", p99 <= 1),
            row("upload of 1 GiB, s", f"{upload:.1f}"),
            row("download of 1 GiB, s", f"{download:.1f}"),
            row("peak memory of both, MB", f"{memory:.0f}", "< 100", memory < 100),
        ],
    }
