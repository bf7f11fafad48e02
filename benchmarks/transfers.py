"""Imports and exports of whole files."""
import json
import os
import subprocess
import time

from analytics import row


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


# What an import writes, by the statements that write it fastest: the rows, then what they become.
BARE_IMPORT = """
create temporary table source on commit drop as
  select r.*, nextval(pg_get_serial_sequence('transaction', 'id')) as id, t.payee_id,
    e.from_account, e.from_currency, e.to_account, e.to_currency, e.amount as entry_amount,
    t.memo as transaction_memo, p.name as payee_name
  from import_row r join transaction t on t.id = r.transaction_id
  join entry e on e.transaction_id = t.id left join payee p on p.id = t.payee_id
  where r.import_id = {id} order by r.n;
create temporary table new_import on commit drop as select * from import where id = {id};
update new_import set id = nextval(pg_get_serial_sequence('import', 'id')), state = 'preview';
insert into import overriding system value select * from new_import
--
insert into import_row
  select ledger_id, (select id from new_import), n, source, line, state, possible, reason, decision,
    account_id, date, amount, currency, external_id, transfer_account_id, content_key || 'x',
    similarity_key || 'x', details, category_id, payee, memo
  from source order by n;
insert into transaction (id, ledger_id, account_id, date, amount, currency, payee_id, memo, status,
    import_id, search, created_by, version)
  overriding system value
  select id, ledger_id, account_id, date, amount, currency, payee_id, transaction_memo, 'cleared',
    (select id from new_import), to_tsvector('simple', payee_name || ' ' || transaction_memo), 1, 2
  from source order by n;
insert into entry (ledger_id, transaction_id, part, date, from_account, from_currency, to_account,
    to_currency, currency, amount, from_status, to_status)
  select ledger_id, id, 0, date, from_account, from_currency, to_account, to_currency, currency,
    entry_amount, 'cleared', 'cleared'
  from source order by n;
update import_row set transaction_id = source.id from source
  where import_row.import_id = (select id from new_import) and import_row.n = source.n;
insert into import_identity
  select ledger_id, account_id, content_key || 'x',
    row_number() over (partition by account_id, content_key order by n), external_id,
    similarity_key || 'x', date, amount, (select id from new_import), id
  from source
"""


def bare_import(terrace, ledger, id):
    """The seconds that the server takes to write the same rows into the same tables, in one session
    and without a client. They are rolled back."""
    superuser = terrace.superuser()
    superuser.execute(f"begin; set local search_path = {ledger.schema}; set local jit = off")
    preparation, writing = BARE_IMPORT.format(id=id).split("--")
    superuser.execute(preparation)
    superuser.execute("analyze source")
    start = time.perf_counter()
    superuser.execute(writing)
    seconds = time.perf_counter() - start
    superuser.execute("rollback")
    superuser.close()
    return seconds


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
    megabytes = terrace.memory_megabytes - idle
    return {
        "rows": count, "preview_seconds": preview, "publication_seconds": publication,
        "bare_seconds": bare_import(terrace, ledger, found["id"]), "megabytes": megabytes}


def transfer_rows(transfers):
    table = [
        row(f"export, {format}: rows/s", f"{rate:.0f}", ">= 100000", rate >= 100_000)
        for format, rate in transfers["export"].items()]
    done = transfers["import"]
    seconds = done["preview_seconds"] + done["publication_seconds"]
    rate = done["rows"] / seconds
    return table + [
        row(f"import of {done['rows']:,} rows: rows/s", f"{rate:.0f}", ">= 20000", rate >= 20_000),
        row("import: bare SQL, rows/s", f"{done['rows'] / done['bare_seconds']:.0f}"),
        row("import: time / bare SQL", f"{seconds / done['bare_seconds']:.2f}"),
        row("import: memory above idle, MB", f"{done['megabytes']:.0f}", "< 100",
            done["megabytes"] < 100)]
