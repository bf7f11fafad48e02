"""The two OpenAPI documents, and what schemathesis makes of them."""

import copy

import schemathesis
from openapi import bundle, operations, parameters as all_parameters, resolve
from processes import HERE

TENANT = bundle("FinanceAPI")
ADMIN = bundle("AdminAPI")


def parameters(document, path, operation):
    """The examples of the parameters that are in a place: name to value."""
    found = {"path": {}, "query": {}, "header": {}}
    for parameter in all_parameters(document, path, operation):
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
