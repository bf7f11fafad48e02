"""The month page of a ledger of 100,000 transactions: against the SQL that it needs through a C client on
libpq, and as Chromium sees it."""
import http.client
import json
import os
import statistics
import subprocess
import urllib.parse

from analytics import row
from ledgers import Ledger
from replay import LOGIN, bare, captured, make_login, write_requests
from terrace import BUILD, ROOT

CONNECTIONS = 16
TRANSACTIONS = 100_000
PAGE = "/ledgers/1?month=2024-06"


def run(terrace, options):
    install_browser()
    ledger = Ledger(terrace, "bench-pages", TRANSACTIONS)
    superuser = terrace.superuser()
    superuser.execute("vacuum analyze")
    make_login(superuser, LOGIN, [ledger])
    cookie = sign_in(terrace, ledger)
    answer, statements = captured(
        terrace, superuser, ledger.schema, lambda: get(terrace, ledger, cookie))
    superuser.close()
    file = terrace.home / "month.requests"
    # Each switch to the tenant begins a transaction, with what says so before it, if it is said.
    transactions = []
    for before, statement in zip([None, *statements], statements):
        begins = statement.text.startswith("begin")
        if begins or ("set_config" in statement.text
                      and not (before and before.text.startswith("begin"))):
            transactions.append([])
        transactions[-1].append(statement)
    write_requests(file, transactions)
    rounds = []
    for number in range(options.rounds):
        sides = {
            "bare": lambda: (
                bare(terrace, file, CONNECTIONS, options.seconds) / len(transactions)),
            "page": lambda: wrk(terrace, ledger, cookie, options.seconds)}
        order = reversed(sides) if number % 2 else sides
        rounds.append({name: sides[name]() for name in order})
    seen = [look(terrace, ledger, cookie) for _ in range(options.rounds)]
    return {
        "setting": f"{TRANSACTIONS:,} transactions; {CONNECTIONS} connections, median of "
        f"{options.rounds} rounds of {options.seconds} s, the sides in turns; Chromium without a cache, "
        "and with what it has then",
        "load": [round(load, 1) for load in os.getloadavg()], "statements": len(statements),
        "transactions": len(transactions),
        "rounds": rounds, "browser": seen, "rows": rows(rounds, seen, len(answer))}


def sign_in(terrace, ledger):
    """The cookie of a browser's session."""
    connection = http.client.HTTPConnection("127.0.0.1", terrace.port, timeout=60)
    connection.request(
        "POST", "/sign-in",
        urllib.parse.urlencode({"username": "user", "password": "a long password"}),
        {"Host": ledger.host, "Content-Type": "application/x-www-form-urlencoded",
         "Sec-Fetch-Site": "same-origin", "Accept": "text/html"})
    response = connection.getresponse()
    response.read()
    cookie = response.getheader("Set-Cookie")
    connection.close()
    if response.status != 303 or not cookie:
        raise SystemExit(f"POST /sign-in: {response.status}")
    return cookie.split(";")[0]


def get(terrace, ledger, cookie):
    """The page as it is sent, compressed."""
    connection = http.client.HTTPConnection("127.0.0.1", terrace.port, timeout=60)
    connection.request("GET", PAGE, headers={
        "Host": ledger.host, "Cookie": cookie, "Accept": "text/html", "Accept-Encoding": "gzip"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise SystemExit(f"GET {PAGE}: {response.status}")
    return body


def wrk(terrace, ledger, cookie, seconds):
    def once(seconds):
        output = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", ROOT / "benchmarks/pages.lua",
             f"http://127.0.0.1:{terrace.port}/"],
            env=os.environ | {"HOST": ledger.host, "COOKIE": cookie, "PAGE": PAGE}, check=True,
            capture_output=True, text=True).stdout
        return json.loads(output.splitlines()[-1])

    # Statements are prepared and planned first, as the C client's are.
    once(2)
    answer = once(seconds)
    if answer["non_2xx"] or answer["socket_errors"] or not answer["requests"]:
        raise SystemExit(f"pages failed under load: {answer}")
    return {"per_second": answer["requests"] / answer["microseconds"] * 1e6, "p99_us": answer["p99_us"]}


def install_browser():
    subprocess.run([ROOT / "scripts/setup", "chromium"], check=True)
    folder = BUILD / "browser"
    if not (folder / "bin/pip").exists():
        subprocess.run(["python3", "-m", "venv", folder], check=True)
    subprocess.run(
        [folder / "bin/pip", "install", "--quiet", "-r", ROOT / "Tests/web/requirements.txt"],
        check=True)


def look(terrace, ledger, cookie):
    """What a browser that comes for the first time, and then again, says of the page."""
    name, value = cookie.split("=", 1)
    return json.loads(subprocess.run(
        [BUILD / "browser/bin/python", ROOT / "benchmarks/browser.py",
         f"http://{ledger.host}:{terrace.port}{PAGE}", name, value],
        check=True, capture_output=True, text=True).stdout)


def rows(rounds, seen, size):
    def median(figure, of=rounds):
        return statistics.median(figure(each) for each in of)

    ratio = median(lambda m: m["bare"] / m["page"]["per_second"])
    p99 = median(lambda m: m["page"]["p99_us"] / 1000)
    first = median(lambda m: m["first"]["bytes"] / 1000, seen)
    again = median(lambda m: m["again"]["bytes"] / 1000, seen)
    paint = median(lambda m: m["first"]["paint_ms"], seen)
    shift = max(m["first"]["shift"] for m in seen)
    script = median(lambda m: m["first"]["script_bytes"] / 1000, seen)
    return [
        row("month: pages/s", f"{median(lambda m: m['page']['per_second']):.0f}"),
        row("month: time / bare SQL", f"{ratio:.2f}", "<= 3", ratio <= 3),
        row("month: p99 in ms", f"{p99:.1f}", "< 25", p99 < 25),
        row("the page, compressed, in KB", f"{size / 1000:.1f}"),
        row("first visit in KB", f"{first:.1f}", "< 60", first < 60),
        row("next visit in KB", f"{again:.1f}", "< 15", again < 15),
        row("first contentful paint in ms", f"{paint:.0f}", "< 300", paint < 300),
        row("layout shift", f"{shift:.3f}", "0", shift == 0),
        row("JavaScript, uncompressed, in KB", f"{script:.1f}", "< 30", script < 30)]
