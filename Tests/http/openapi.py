"""The OpenAPI documents, put together from their fragments in the source. It needs no packages."""

import json
import pathlib

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SOURCES = REPOSITORY / "Sources"


def bundle(target):
    """The API's own fragment, those that are named after its tags, and what all documents share."""
    fragments = {
        path.name.removesuffix(".openapi.json"): json.loads(path.read_text())
        for path in (SOURCES / target).rglob("*.openapi.json")}
    document = fragments.pop("api")
    for tag in document["tags"]:
        merge(document, fragments.pop(tag["name"], {}))
    assert not fragments, "a fragment is named after a tag"
    merge(document, json.loads((SOURCES / "HTTPSupport/OpenAPI/shared.openapi.json").read_text()))
    for default in document.pop("x-defaults", []):
        for path, item in document["paths"].items():
            for method in default["methods"]:
                if path.startswith(default["paths"]) and method in item:
                    fill(item[method], default["operation"], 2)
    return document


def merge(document, fragment):
    for key, value in fragment.items():
        if isinstance(value, dict):
            merge(document.setdefault(key, {}), value)
        elif isinstance(value, list):
            document.setdefault(key, []).extend(value)
        else:
            assert document.setdefault(key, value) is value, f"{key} is said twice"


def fill(value, default, depth):
    """Takes over the members that are missing, down to a depth of objects."""
    if depth == 0 or not isinstance(value, dict):
        return
    for key, member in default.items():
        if key in value:
            fill(value[key], member, depth - 1)
        else:
            value[key] = member


METHODS = ("get", "put", "post", "patch", "delete")


def operations(document):
    """Each path, method and operation, in the document's order."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def resolve(document, value):
    """What a reference refers to; what is none is returned as it is."""
    while isinstance(value, dict) and "$ref" in value:
        reference, value = value["$ref"], document
        for part in reference.removeprefix("#/").split("/"):
            value = value[part]
    return value


def parameters(document, path, operation):
    """The parameters of an operation, those of its path first."""
    listed = document["paths"][path].get("parameters", []) + operation.get("parameters", [])
    return [resolve(document, parameter) for parameter in listed]
