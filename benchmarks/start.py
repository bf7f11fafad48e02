"""From the start of the process until it is ready, with 1,000 tenants."""
import concurrent.futures
import statistics
import time

TENANTS = 1000
STARTS = 9


def seconds_to_ready(terrace):
    """Starts `terrace dev`, its Postgres included; the seconds until /readyz says yes."""
    start = time.perf_counter()
    terrace.launch()
    while time.perf_counter() - start < 60:
        try:
            if terrace.call("GET", "/readyz", port=terrace.ops_port)[0] == 200:
                return time.perf_counter() - start
        except OSError:
            pass
        time.sleep(0.001)
    raise SystemExit("terrace was not ready after 60 s")


def run(terrace, options):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(terrace.register, (f"bench-{number}" for number in range(TENANTS))))
    starts = []
    for _ in range(STARTS):
        terrace.end()
        starts.append(seconds_to_ready(terrace) * 1000)
    median = statistics.median(starts)
    return {
        "setting": f"{TENANTS} tenants; terrace dev, from fork to the first 200 of /readyz, the "
        f"start of its Postgres included; median of {STARTS} starts",
        "starts_ms": starts,
        "rows": [
            {
                "what": "start to ready, ms",
                "measured": f"{median:.0f}",
                "target": "< 300",
                "met": median < 300,
            }
        ],
    }
