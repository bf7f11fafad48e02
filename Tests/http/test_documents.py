"""The documents are served where they say, and name what is served, no more and no less."""

import re

import documents
import pytest
import requests
from openapi_spec_validator import validate
from urllib.parse import urljoin

# What stands for the parameters of paths; any id stands for the others.
PLACES = {"slug": "acme", "name": "primary"}

BOTH = [("tenant", documents.TENANT), ("admin", documents.ADMIN)]


def paths():
    for name, document in BOTH:
        for path in document["paths"]:
            yield pytest.param(name, document, path, id=path)


def base(server, name):
    """What the paths of a document are appended to, and the fields that go with every request."""
    if name == "tenant":
        return f"{server.public}/t/acme", {}
    return server.admin, server.admin_headers


@pytest.mark.parametrize("name, document", BOTH, ids=[name for name, _ in BOTH])
def test_it_is_a_valid_openapi_document(name, document):
    validate(document)


@pytest.mark.parametrize("name, document, path", [
    ("tenant", documents.TENANT, "/openapi.json"), ("admin", documents.ADMIN, "/admin/openapi.json"),
], ids=["tenant", "admin"])
def test_it_is_served_and_its_servers_are_those_that_served_it(server, name, document, path):
    url, headers = base(server, name)
    answer = requests.get(url + path, headers=headers)
    assert answer.status_code == 200
    assert answer.json() == document
    [entry] = document["servers"]
    assert urljoin(answer.url, entry["url"]) == url + "/"


@pytest.mark.parametrize("name, document, path", list(paths()))
def test_the_methods_of_a_path_are_those_that_are_documented(server, name, document, path):
    url, headers = base(server, name)
    documented = {method.upper() for p, method, _ in documents.operations(document) if p == path}
    if "GET" in documented:
        documented.add("HEAD")
    place = re.sub(r"\{(\w+)\}", lambda name: PLACES.get(name[1], "1"), path)
    answer = requests.options(url + place, headers=headers)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == documented


@pytest.mark.parametrize("path", [path for path in documents.ADMIN["paths"]])
def test_the_admin_api_is_closed_to_whoever_has_no_token(server, path):
    place = path.format(slug="acme", name="primary", id="1")
    for p, method, _ in documents.operations(documents.ADMIN):
        if p == path:
            answer = requests.request(method, server.admin + place)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="terrace admin"'
