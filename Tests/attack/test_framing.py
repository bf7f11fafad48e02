"""Bytes that two servers in a row could take for different requests: what is ambiguous is refused,
and what is hidden in it is never served."""

import itertools

import pytest

import raw
from installation import INCOME

# Each says something that RFC 9112 or 9110 calls invalid.
LENGTHS = [
    b"Content-Length: +{n}", b"Content-Length: -1", b"Content-Length: 0x{n}", b"Content-Length: {n}, 0",
    b"Content-Length: {n} 0", b"Content-Length: 1e1", b"Content-Length: ", b"Content-Length: x",
    b"Content-Length: 99999999999999999999", b"Content-Length: 18446744073709551617", b"Content-Length: {n}\r\nContent-Length: 0",
    b"Content-Length: 0\r\nContent-Length: {n}", b"Content-Length : {n}", b" Content-Length: {n}", b"X: y\r\n Content-Length: {n}",
    b"Content-Length\t: {n}", b"Content-Length: {n}\x0b", b"Content-Length: {n}\x00", b"Content-Length: \xef\xbc\x91",
    b"Content-Length: {n};", b"Content-Length: \"{n}\"", b"Content\x00-Length: {n}", b"X: y\nContent-Length: {n}",
]
CODINGS = [
    b"Transfer-Encoding: ", b"Transfer-Encoding: identity", b"Transfer-Encoding: xchunked", b"Transfer-Encoding: chunked, identity",
    b"Transfer-Encoding: identity, chunked", b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: gzip",
    b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: chunked;q=1", b"Transfer-Encoding: \"chunked\"", b"Transfer-Encoding : chunked",
    b" Transfer-Encoding: chunked", b"X: y\r\n Transfer-Encoding: chunked", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    b"Transfer-Encoding: \x0bchunked", b"Transfer-Encoding: chunked\x00", b"Transfer-Encoding: ch\xc5\xa9nked", b"Transfer-Encoding: chunked,",
    b"Transfer-Encoding: ,chunked", b"X: y\nTransfer-Encoding: chunked", b"Transfer\x00-Encoding: chunked", b"Transfer-Encoding: chunkedd",
    b"Transfer-Encoding: chunked chunked", b"Transfer-Encoding:\r\n chunked", b"Transfer-Encoding: cow", b"Transfer-Encoding: trailers, chunked",
]
CHUNKS = [
    b"0x1\r\na\r\n0\r\n\r\n", b"-1\r\na\r\n0\r\n\r\n", b"+1\r\na\r\n0\r\n\r\n", b" 1\r\na\r\n0\r\n\r\n", b"1 1\r\na\r\n0\r\n\r\n",
    b"1\na\r\n0\r\n\r\n", b"1\r\nab\r\n0\r\n\r\n", b"1\r\na\n0\r\n\r\n", b"1\r\na0\r\n\r\n", b"g\r\na\r\n0\r\n\r\n", b"\r\na\r\n0\r\n\r\n",
    b"fffffffffffffffff\r\na\r\n0\r\n\r\n", b"8000000000000000\r\na\r\n0\r\n\r\n", b"1;\n\r\na\r\n0\r\n\r\n", b"1;a\x00b\r\na\r\n0\r\n\r\n",
    b"1\r\na\r\n0\n\n", b"1\r\na\r\n0\r\n\n", b"1\r\na\r\n0\r\nContent-Length : 5\r\n\r\n", b"1\r\na\r\n0\r\n X: y\r\n\r\n", b"1_0\r\na\r\n0\r\n\r\n",
]


def ambiguous(hidden):
    """Fields and a body, in which a second request is hidden from one of two readers."""
    chunked = b"0\r\n\r\n" + hidden
    length = b"%d" % len(chunked)
    for field in LENGTHS:
        yield field.replace(b"{n}", length), chunked
        yield field.replace(b"{n}", length) + b"\r\nTransfer-Encoding: chunked", chunked
    for field in CODINGS:
        yield field, chunked
        yield field + b"\r\nContent-Length: " + length, chunked
        yield b"Content-Length: " + length + b"\r\n" + field, chunked
        yield field + b"\r\nContent-Length: 5", chunked
    for first, second in itertools.permutations([b"Content-Length: 5", b"Transfer-Encoding: chunked"]):
        yield first + b"\r\n" + second, chunked
    for body in CHUNKS:
        yield b"Transfer-Encoding: chunked", body + hidden


@pytest.mark.parametrize("halved", [False, True], ids=["open", "half-closed"])
@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
def test_what_can_be_read_in_two_ways_is_refused(installation, tally, version, halved):
    """The hidden request asks for globex' figures with globex' own token, as a victim's would."""
    token = installation.tokens["globex"].encode()
    hidden = (b"GET /analytics?period=current_month HTTP/1.1\r\nHost: globex.localhost\r\n"
              b"x-access-token: " + token + b"\r\n\r\n")
    wrong = []
    for fields, body in ambiguous(hidden):
        request = (b"POST /transaction HTTP/" + version + b"\r\nHost: acme.localhost\r\nConnection: keep-alive\r\n"
                   b"Content-Type: application/json\r\n" + fields + b"\r\n\r\n" + body)
        answer = raw.exchange(installation.gateway.port, request, *([raw.END] if halved else []))
        found = raw.statuses(answer)
        if str(INCOME["globex"]).encode() in answer or len(found) > 1 or any(s >= 500 and s != 501 for s in found):
            wrong.append((fields, body[:40], answer[:300]))
        tally("framing", "refused" if found else "dropped")
    assert not wrong


# What a client may send before it closes its sending half.
WHOLE = {
    "analytics": lambda token: (
        b"GET /analytics?period=current_month HTTP/1.1\r\nHost: acme.localhost\r\nx-access-token: " + token + b"\r\n\r\n"),
    "transaction": lambda token: (
        b"POST /transaction HTTP/1.1\r\nHost: acme.localhost\r\nx-access-token: " + token
        + b"\r\nContent-Type: application/json\r\nContent-Length: 29\r\n\r\n" + b'{"type":"income","amount":-1}'),
    "login": lambda token: (
        b"POST /login HTTP/1.1\r\nHost: acme.localhost\r\nContent-Type: application/json\r\nContent-Length: 35\r\n\r\n"
        + b'{"username":"user","password":"no"}'),
}


@pytest.mark.parametrize("name", WHOLE)
def test_who_closes_the_sending_half_after_a_request_gets_the_answer(installation, tally, name):
    request = WHOLE[name](installation.tokens["acme"].encode())
    expected = {"analytics": 200, "transaction": 400, "login": 401}[name]
    for _ in range(100 if name != "login" else 5):
        answer = raw.exchange(installation.gateway.port, request, raw.END)
        assert raw.statuses(answer) == [expected], answer
        tally("half-closed requests", "answered")
