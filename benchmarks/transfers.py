"""Imports and exports of whole files."""
import json
import os
import subprocess
import time

from analytics import row

# Published in one transaction, a large file takes longer than a request may by default.
IMPORT_SECONDS = 1800


def curl(ledger, method, path, *arguments):
    """Sends a request of any length: the body of the answer, where it is to go, and the seconds."""
    start = time.perf_counter()
    answer = subprocess.run(
        ["curl", "--silent", "--show-error", "--fail-with-body", "-X", method]
        + ["-H", f"Host: {ledger.host}", "-H", f"Authorization: Bearer {ledger.token}", *arguments]
        + [f"http://127.0.0.1:{ledger.terrace.port}{ledger.path}{path}"],
        capture_output=True, text=True)
    if answer.returncode:
        raise SystemExit(f"{method} {path}: {answer.stdout} {answer.stderr}")
    return answer.stdout, time.perf_counter() - start


def measure_export(ledger, count):
    """Transactions per second of each format."""
    rates = {}
    for format in ("csv", "json", "ofx"):
        _, seconds = curl(ledger, "GET", f"export?format={format}", "-o", os.devnull)
        rates[format] = count / seconds
    return rates


def write_statement(file, count):
    """A bank's file: so many rows through ten years, of 500 payees."""
    with open(file, "w") as output:
        output.write("Date,Payee,Memo,Amount\n")
        for n in range(count):
            day = f"{2015 + n % 10}-{1 + n // 7 % 12:02}-{1 + n // 90 % 28:02}"
            sign = "-" if n % 9 else ""
            output.write(
                f"{day},Payee {n % 500},purchase number {n},{sign}{n % 30000 / 100 + 1:.2f}\n")


def measure_import(terrace, ledger, count):
    """Rows per second of preview and publication, and the memory that they take."""
    file = terrace.home / "statement.csv"
    write_statement(file, count)
    terrace.forget_peak_memory()
    idle = terrace.resident_megabytes
    answer, preview = curl(
        ledger, "POST", f"imports?account_id={ledger.account}&format=csv",
        "-H", "Content-Type: text/csv", "--data-binary", f"@{file}")
    found = json.loads(answer)
    if found["counts"]["new"] != count:
        raise SystemExit(f"not all rows are new: {answer}")
    _, publication = curl(ledger, "POST", f"imports/{found['id']}/publish")
    return {
        "rows": count, "preview_seconds": preview, "publication_seconds": publication,
        "megabytes": terrace.memory_megabytes - idle}


def transfer_rows(transfers):
    table = [
        row(f"export, {format}: rows/s", f"{rate:.0f}", ">= 100000", rate >= 100_000)
        for format, rate in transfers["export"].items()]
    done = transfers["import"]
    rate = done["rows"] / (done["preview_seconds"] + done["publication_seconds"])
    return table + [
        row(f"import of {done['rows']:,} rows: rows/s", f"{rate:.0f}", ">= 20000", rate >= 20_000),
        row("import: memory above idle, MB", f"{done['megabytes']:.0f}", "< 100",
            done["megabytes"] < 100)]
