"""Hosts, targets and paths that name one tenant to one reader and another to the next: with acme's
token, nothing of globex is ever seen, and no address breaks anything."""

import itertools

import pytest

import raw
from installation import INCOME

ACME, GLOBEX = str(INCOME["acme"]).encode(), str(INCOME["globex"]).encode()
QUERY = b"analytics?period=current_month"


def hosts():
    """The Host fields of a request, and its target."""
    target = b"/" + QUERY
    names = [
        b"globex.localhost", b"GLOBEX.localhost", b"globex.localhost.", b"globex.localhost..",
        b"globex.localhost:8080", b"globex.localhost:", b"globex.localhost:0", b"globex.localhost:99999",
        b"globex.localhost:80:80", b"acme.localhost@globex.localhost", b"acme@globex.localhost",
        b"globex.localhost/acme.localhost", b"globex.localhost#acme.localhost", b"globex.localhost?acme",
        b"acme.localhost globex.localhost", b"acme.localhost,globex.localhost", b"acme.globex.localhost",
        b"globex.acme.localhost", b"globex.localhost\\.acme", b"globex%2elocalhost", b"globex.localhost%00",
        b"globex.localhost\x00acme", b"gl\xc3\xb6bex.localhost", b"xn--globex.localhost", b"globex\xe3\x80\x82localhost",
        b"[::1]", b"[::1", b"127.0.0.1", b"0x7f.1", b"localhost", b"", b" ", b".", b"..", b"-", b"_", b"*", b"*.localhost",
        b"www.localhost", b"api.localhost", b"admin.localhost", b"t.localhost", b"static.localhost",
        b"a" * 300 + b".localhost", b"a." * 100 + b"localhost", b"globex..localhost", b".globex.localhost",
        b"1.localhost", b"globex.localhost\tacme", b"'globex.localhost", b'"globex.localhost"', b"<globex>.localhost",
        b"globex;.localhost", b"globex.localhost;acme", b"http://globex.localhost", b"//globex.localhost",
    ]
    for name in names:
        yield [b"Host: " + name], target
        for field in (b"X-Forwarded-Host", b"X-Host", b"X-Forwarded-Server", b"X-Original-Host", b"X-HTTP-Host-Override",
                      b"Forwarded", b"X-Original-URL", b"X-Rewrite-URL"):
            value = b"host=" + name if field == b"Forwarded" else name
            yield [b"Host: acme.localhost", field + b": " + value], target
    for pair in itertools.permutations([b"acme.localhost", b"globex.localhost"]):
        yield [b"Host: " + name for name in pair], target
        yield [b"Host: " + pair[0], b" Host: " + pair[1]], target
        yield [b"Host : " + pair[0], b"Host: " + pair[1]], target
        yield [b"host: " + pair[0], b"HOST: " + pair[1]], target
        yield [b"Host: " + pair[0]], b"http://" + pair[1] + target
        yield [b"Host: " + pair[0]], b"https://user@" + pair[1] + target
        yield [b"Host: " + pair[0]], b"//" + pair[1] + target
        yield [b"Host: " + pair[0]], b"http://" + pair[1] + b"@" + pair[0] + target
    yield [], target
    yield [], b"http://globex.localhost" + target


def paths():
    for host in (b"localhost", b"127.0.0.1", b"[::1]"):
        for slug in (b"globex", b"GLOBEX", b"glob%65x", b"%67lobex", b"globex%00", b"globex%20", b"globex.", b"globex;a",
                     b"globex,acme", b"globex%2f", b"globex%5c", b"globex%252f", b"..", b"%2e%2e", b"", b"*", b"acme%2f..%2fglobex"):
            yield [b"Host: " + host], b"/t/" + slug + b"/" + QUERY
        for between in (b"/", b"//", b"/./", b"/../globex/", b"/..%2fglobex/", b"/%2e%2e/globex/", b"/%2e./globex/",
                        b"/.%2e/globex/", b"/..;/globex/", b"/..\\globex\\", b"/%5c../globex/", b"/%c0%ae%c0%ae/globex/",
                        b"/%252e%252e/globex/", b"/..%00/globex/", b"/%2e%2e%2fglobex%2f", b"/;/../globex/", b"/t/globex/",
                        b"/..%ef%bc%8fglobex/", b"/\xc0\xae\xc0\xae/globex/", b"/%u002e%u002e/globex/"):
            yield [b"Host: " + host], b"/t/acme" + between + QUERY
            yield [b"Host: acme.localhost"], b"/t/globex" + between + QUERY
            yield [b"Host: acme.localhost"], between + b"t/globex/" + QUERY
        for prefix in (b"/T/", b"/t//", b"//t/", b"/t%2f", b"/%74/", b"t/", b"", b"/t", b"/t/acme/t/", b"/./t/", b"*"):
            yield [b"Host: " + host], prefix + b"globex/" + QUERY
    for method_target in (b"*", b"globex.localhost:80", b"?", b"#", b"/\r", b"/\x00", b"/\xff", b"/%", b"/%4", b"/%zz", b"/" + b"a" * 20000):
        yield [b"Host: acme.localhost"], method_target


@pytest.mark.parametrize("name, tricks", [("hosts", hosts), ("paths", paths)])
def test_no_address_leads_one_tenants_user_to_another(installation, tally, name, tricks):
    token, wrong, seen = installation.tokens["acme"].encode(), [], set()
    for fields, target in tricks():
        request = b"GET " + target + b" HTTP/1.1\r\n" + b"".join(field + b"\r\n" for field in fields)
        if request in seen:
            continue
        seen.add(request)
        answer = raw.exchange(
            installation.gateway.port,
            request + b"x-access-token: " + token + b"\r\nConnection: close\r\n\r\n")
        found = raw.statuses(answer)
        if GLOBEX in answer or len(found) > 1 or any(status >= 500 for status in found):
            wrong.append((request, answer[:300]))
        tally(name, "served acme" if ACME in answer else "refused")
    assert not wrong
