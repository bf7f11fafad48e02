"""Tokens that somebody made of one that they have: each is refused, at every door."""

import base64
import hashlib
import hmac
import itertools
import json
import string

import requests

from installation import INCOME

ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def encode(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def signed(header, payload, key):
    text = f"{encode(header)}.{encode(payload)}"
    return f"{text}.{encode(hmac.digest(key, text.encode(), hashlib.sha256))}"


def forgeries(own, other):
    """What somebody makes of their own token, and of another's that they saw the header and payload
    of, at the other's tenant."""
    (head, body, signature), (other_head, other_body, other_signature) = own.split("."), other.split(".")
    header, payload = decode(other_head), decode(other_body)
    yield own
    # Parts put together.
    for parts in itertools.product((head, other_head, ""), (body, other_body, ""), (signature, other_signature, "")):
        if parts != (other_head, other_body, other_signature):
            yield ".".join(parts)
    # Headers, unsigned and signed with what anybody knows.
    keys = [b"", b"secret", b"terrace", header["kid"].encode(), payload["iss"].encode(), b"\0" * 32, b"null"]
    algorithms = ["none", "None", "NONE", "nOnE", "", None, "HS256 ", "hs256", "HS384", "HS512", "RS256",
                  "ES256", "PS256", "EdDSA", "dir", "A128KW", 0, [], {}, True, ["HS256"]]
    kids = [None, "", 0, [], {}, "../../dev/null", "/dev/null", "' or '1'='1", "x' union select 'k",
            "null", "undefined", header["kid"] + " ", header["kid"].upper(), header["kid"] + "\0",
            decode(head)["kid"], [header["kid"]], "*", "%", "__proto__"]
    extras = [{"crit": ["exp"]}, {"crit": []}, {"b64": False, "crit": ["b64"]}, {"jku": "http://127.0.0.1/"},
              {"jwk": {"kty": "oct", "k": "c2VjcmV0"}}, {"x5u": "http://127.0.0.1/"}, {"zip": "DEF"},
              {"cty": "JWT"}, {"typ": "JWE"}, {"enc": "A128GCM"}]
    headers = [header | {"alg": algorithm} for algorithm in algorithms]
    headers += [header | {"kid": kid} for kid in kids] + [header | extra for extra in extras]
    headers += [{key: value for key, value in header.items() if key != missing} for missing in header]
    for changed in headers:
        yield f"{encode(changed)}.{other_body}."
        yield f"{encode(changed)}.{other_body}.{signature}"
        for key in keys:
            yield signed(changed, payload, key)
        if changed != header:
            yield f"{encode(changed)}.{other_body}.{other_signature}"
    # Payloads under the other's own signature.
    changes = [{"id": 1}, {"id": payload["id"] + 1}, {"sub": "2"}, {"exp": payload["exp"] + 1}, {"exp": 2 ** 63},
               {"exp": "9999999999"}, {"exp": None}, {"iss": decode(body)["iss"]}, {"aud": "*"}, {"epoch": 0.5},
               {"nbf": 0}, {"iat": 0}, {"admin": True}]
    for change in changes:
        yield f"{other_head}.{encode(payload | change)}.{other_signature}"
        for key in keys:
            yield signed(header, payload | change, key)
    for raw in (b"", b"null", b"[]", b"{}", b"{", b"\xff\xfe", b"1", b'"x"', json.dumps(payload).encode() + b" {}"):
        yield f"{other_head}.{encode(raw)}.{other_signature}"
        yield signed(header, payload, b"") if raw == b"" else f"{encode(raw)}.{other_body}.{other_signature}"


def spellings(token):
    """Other ways to write a token that is good: one spelling counts."""
    for place, part in enumerate(parts := token.split(".")):
        for letter in ALPHABET:
            if letter != part[-1]:
                yield ".".join([*parts[:place], part[:-1] + letter, *parts[place + 1:]])
        for suffix in ("=", "==", "A", " ", "\t", "%3D", ".", "-", "_", "+", "/"):
            yield ".".join([*parts[:place], part + suffix, *parts[place + 1:]])
        yield ".".join([*parts[:place], part[:8] + "=" + part[8:], *parts[place + 1:]])
        yield ".".join([*parts[:place], part[:8] + " " + part[8:], *parts[place + 1:]])
        standard = part.replace("-", "+").replace("_", "/")
        if standard != part:
            yield ".".join([*parts[:place], standard, *parts[place + 1:]])
    for prefix in ("Bearer ", "bearer ", '"', "'", ".", "JWT ", "%20"):
        yield prefix + token
    for suffix in (".", "..", ".x", ",", '"', ";", ", " + token):
        yield token + suffix
    yield token.upper()
    yield token.lower()
    yield token.swapcase()


def test_no_token_that_somebody_made_is_accepted(installation, tally):
    own, other = installation.tokens["acme"], installation.tokens["globex"]
    session, accepted = requests.Session(), []
    for token in dict.fromkeys(forgeries(own, other)):
        for host, prefix in (("globex.localhost", ""), ("localhost", "/t/globex")):
            answer = request(session, installation, host, prefix, token)
            if answer.status_code == 401:
                tally("forged tokens", "refused")
            else:
                accepted.append((answer.status_code, token))
    assert not accepted


def test_a_token_has_one_spelling(installation, tally):
    session, accepted = requests.Session(), []
    for token in dict.fromkeys(spellings(installation.tokens["globex"])):
        # What a field's value is trimmed of is not the token's.
        if token != token.strip():
            continue
        answer = request(session, installation, "globex.localhost", "", token)
        if answer.status_code in (400, 401):
            tally("spellings of a token", "refused")
        else:
            accepted.append((answer.status_code, token))
    assert not accepted


def request(session, installation, host, prefix, token):
    return session.get(
        f"{installation.gateway.url}{prefix}/analytics?period=current_month", timeout=30,
        headers={"Host": host, "x-access-token": token})


def test_the_tokens_that_they_were_made_of_are_still_good_at_home(installation):
    for slug in ("acme", "globex"):
        assert installation.figures(slug).json()["total_income"] == INCOME[slug]
