"""docs/terrace.postman_collection.json is what the OpenAPI document makes, and calls what it says."""

import json
import re

import documents
import openapi
import postman
import pytest
import requests

FILE = openapi.REPOSITORY / "docs/terrace.postman_collection.json"


def requests_of(items):
    for item in items:
        if "item" in item:
            yield from requests_of(item["item"])
        else:
            yield item


@pytest.fixture(scope="module")
def collection():
    return json.loads(FILE.read_text())


def test_it_is_up_to_date():
    assert FILE.read_text() == postman.text(), "run scripts/write-postman"


def test_it_has_every_operation_and_every_example(collection):
    expected = [
        (method.upper(), path, operation["operationId"])
        for path, method, operation in documents.operations(documents.TENANT)
        for _ in postman.bodies(documents.TENANT, operation)]
    found = []
    for item in requests_of(collection["item"]):
        request = item["request"]
        path = "/" + "/".join(re.sub(r"^:(\w+)$", r"{\1}", part) for part in request["url"]["path"])
        found.append((request["method"], path, request["description"].split("\n")[0]))
    assert sorted(found) == sorted(expected)


def test_it_has_the_form_that_postman_reads(collection):
    assert collection["info"]["schema"] == postman.SCHEMA
    assert set(collection) == {"info", "auth", "variable", "item"}
    for item in requests_of(collection["item"]):
        request = item["request"]
        assert item["name"] and request["url"]["host"] == ["{{baseUrl}}"]
        sent = [p for p in request["url"].get("query", []) if not p.get("disabled")]
        query = "&".join(f"{p['key']}={p['value']}" for p in sent)
        raw = "/".join(["{{baseUrl}}", *request["url"]["path"]]) + (f"?{query}" if query else "")
        assert request["url"]["raw"] == raw
        places = {part[1:] for part in request["url"]["path"] if part.startswith(":")}
        assert places == {variable["key"] for variable in request["url"].get("variable", [])}
        if request.get("body", {}).get("options", {}).get("raw", {}).get("language") == "json":
            json.loads(request["body"]["raw"])


def test_every_variable_is_set(collection):
    known = {variable["key"] for variable in collection["variable"]} | {"$guid"}
    assert set(re.findall(r"\{\{([^}]+)\}\}", FILE.read_text())) == known


def test_what_lists_sends_is_accepted(collection, server, token):
    """Every GET that needs no more than a ledger, as Postman sends it."""
    ledger = requests.get(
        f"{server.public}/t/acme/v1/ledgers", headers={"x-access-token": token}).json()["data"][0]["id"]
    count = 0
    for item in requests_of(collection["item"]):
        request = item["request"]
        places = [part for part in request["url"]["path"] if part.startswith(":")]
        if request["method"] != "GET" or places not in ([], [":ledger"]):
            continue
        url = request["url"]["raw"].replace("{{baseUrl}}", f"{server.public}/t/acme")
        answer = requests.get(url.replace(":ledger", ledger), headers={"x-access-token": token})
        assert answer.ok, (item["name"], answer.text)
        count += 1
    assert count > 25
