"""The two OpenAPI documents, put together from their fragments in the source, and what schemathesis
makes of them."""

import copy
import json

import schemathesis
from processes import HERE, REPOSITORY

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


TENANT = bundle("FinanceAPI")
ADMIN = bundle("AdminAPI")

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
    """The examples of the parameters that are in a place: name to value."""
    found = {"path": {}, "query": {}, "header": {}}
    for parameter in document["paths"][path].get("parameters", []) + operation.get("parameters", []):
        parameter = resolve(document, parameter)
        if "example" in parameter:
            found[parameter["in"]][parameter["name"]] = parameter["example"]
    return found


def bodies(document, operation):
    """The examples of the request's body; None alone if it has no body. Files are no examples."""
    body = resolve(document, operation.get("requestBody"))
    if body is None:
        return [None]
    media = body["content"].get("application/json")
    if media is None:
        return []
    if "example" in media:
        return [media["example"]]
    return [example["value"] for example in media["examples"].values()]


def narrowed():
    """The admin's document with less to make up: what is there, and values that no schema can tell
    from wrong ones."""
    document = copy.deepcopy(ADMIN)
    document["components"]["parameters"]["Slug"]["schema"] = {"enum": ["globex"]}
    fields = document["components"]["schemas"]["NewTenant"]["properties"]
    fields["time_zone"]["enum"] = ["UTC", "Europe/Zurich"]
    fields["currency"]["enum"] = ["USD", "CHF", "JPY"]
    for path in ("/admin/tenants", "/admin/operations"):
        [cursor] = [
            parameter for parameter in document["paths"][path]["get"]["parameters"]
            if parameter["name"] == "cursor"]
        cursor["schema"] = {"enum": [cursor["example"]]}
    # Headers are made up without regard to a pattern.
    document["components"]["schemas"]["EntityTags"] = {"enum": ["*", '"another"', 'W/"a", "b"']}
    return document


def load(document):
    configuration = schemathesis.Config.from_path(HERE / "schemathesis.toml")
    return schemathesis.openapi.from_dict(document, config=configuration)
