"""The admin endpoint, by who has no token, by another host's page, and with what no body should be."""

import json

import pytest
import requests

import raw
from processes import REPOSITORY

FRAGMENTS = (REPOSITORY / "Sources/AdminAPI").rglob("*.openapi.json")
OPERATIONS = [
    (path, method) for fragment in FRAGMENTS
    for path, item in json.loads(fragment.read_text()).get("paths", {}).items() for method in item
    if method in ("get", "put", "post", "patch", "delete")]

STRANGE = [
    None, True, 0, -1, 1e400, 2 ** 63, 2 ** 200, 0.1, "", " ", "\0", "x" * 100_000, "\u202eacme", "a\u2028b", "\ud800",
    "../acme", "acme/../globex", "'; drop schema registry cascade; --", "<script>", "${jndi}", "{{7*7}}", "%s%n", [], [[]],
    {}, {"": ""}, ["acme"], {"slug": "acme"},
]


def test_nobody_without_the_token_gets_in(installation, tally):
    secret, inside = installation.secrets["admin"], []
    credentials = [
        None, "", "Bearer", "Bearer ", "Bearer null", f"Bearer {secret[:-1]}", f"Bearer {secret}x", f"Bearer {secret.upper()}",
        f"Basic {secret}", f"Token {secret}", secret, f"Bearer {secret} {secret}", f"Bearer {secret},", f"Bearer\u00a0{secret}",
        f"Bearer {installation.secrets['owner']}", f"Bearer {installation.tokens['acme']}", f"Bearer {'a' * 5000}",
    ]
    for path, method in OPERATIONS:
        url = f"http://127.0.0.1:{installation.admin_port}" + path.format(slug="acme", name="primary", id="1")
        for credential in credentials:
            headers = {} if credential is None else {"Authorization": credential.encode("utf-8")}
            answer = requests.request(method, url, headers=headers, timeout=30)
            if answer.status_code not in (400, 401):
                inside.append((method, path, credential, answer.status_code))
            tally("admin without its token", "refused")
    assert not inside


def test_another_hosts_page_and_the_public_listener_do_not_reach_it(installation, tally):
    for host in ("admin.example", "acme.localhost", "127.0.0.1.nip.example", "localhost.example", "[::ffff:7f00:1]", ""):
        answer = raw.exchange(
            installation.admin_port, f"GET /admin/tenants HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer "
            f"{installation.secrets['admin']}\r\nConnection: close\r\n\r\n".encode())
        assert raw.statuses(answer)[0] in (400, 403, 404, 421), answer
        tally("admin by another host", "refused")
    for path, method in OPERATIONS:
        for host in ("localhost", "acme.localhost", f"127.0.0.1:{installation.admin_port}"):
            answer = installation.gateway.call(
                "acme", method.upper(), path.format(slug="acme", name="primary", id="1"),
                headers={"Host": host, "Authorization": f"Bearer {installation.secrets['admin']}"})
            assert answer.status_code in (404, 405, 421), (method, path, host, answer.status_code)
            tally("admin by the public listener", "refused")


@pytest.mark.parametrize("path, field", [
    ("/admin/tenants", "slug"), ("/admin/tenants", "display_name"), ("/admin/tenants", "isolation"),
    ("/admin/tenants", "time_zone"), ("/admin/tenants", "currency"), ("/admin/tenants", "registration"),
    ("/admin/tenants", "extra"), ("/admin/nodes", "name"), ("/admin/nodes", "host"), ("/admin/nodes", "port"),
])
def test_a_strange_value_is_refused_by_the_name_of_its_field(installation, tally, path, field):
    base = {"/admin/tenants": {"slug": "strange", "display_name": "Strange"},
            "/admin/nodes": {"name": "strange", "host": "127.0.0.1", "port": 1}}[path]
    for value in STRANGE:
        text = json.dumps(base | {field: value}).replace("Infinity", "1e400")
        answer = requests.post(
            f"http://127.0.0.1:{installation.admin_port}{path}", data=text.encode("utf-8", "surrogatepass"), timeout=60,
            headers={"Authorization": f"Bearer {installation.secrets['admin']}", "Content-Type": "application/json"})
        # A node at that port is not there, which is 409 or 5xx of a kind that says so.
        acceptable = (201, 202, 400, 409, 422) + ((502, 503, 504) if path == "/admin/nodes" else ())
        assert answer.status_code in acceptable, (field, value, answer.text)
        assert answer.headers["Content-Type"].startswith(("application/json", "application/problem+json"))
        if answer.status_code == 400:
            assert field in answer.text or "JSON" in answer.text, (field, value, answer.text)
        tally("strange values", "refused" if answer.status_code >= 400 else "taken")


@pytest.mark.parametrize("text", [
    b"", b"null", b"[]", b"{", b"}", b"{}{}", b'{"slug":"a","slug":"b"}', b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe",
    b'{"slug":"a",}', b"{'slug':'a'}", b'{"slug":"a"}//', b"\xef\xbb\xbf{}", b'{"slug":\x00}', b"NaN", b'{"slug":NaN}',
], ids=lambda text: text[:12].decode("latin-1"))
def test_what_is_no_json_object_is_refused(installation, tally, text):
    for port, path, token in ((installation.admin_port, "/admin/tenants", installation.secrets["admin"]),):
        answer = requests.post(
            f"http://127.0.0.1:{port}{path}", data=text, timeout=60,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        assert answer.status_code == 400, answer.text
    for path in ("/register", "/login", "/transaction"):
        answer = requests.post(
            f"{installation.gateway.url}{path}", data=text, timeout=60, headers={
                "Host": "acme.localhost", "x-access-token": installation.tokens["acme"], "Content-Type": "application/json"})
        assert answer.status_code == 400, answer.text
        tally("strange bodies", "refused")
