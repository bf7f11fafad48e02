"""The Postman collection (v2.1) of a tenant's API, made from its OpenAPI document."""

import json
import re

import openapi

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
# What later requests use of an answer: the operation, the variable, and where it is in the answer.
KEPT = {
    "registerV1": ("token", "access_token"), "signIn": ("token", "access_token"),
    "refreshSession": ("token", "access_token"), "listLedgers": ("ledger", "data[0].id"),
}
VARIABLES = {"baseUrl": "http://acme.localhost:8080", "token": "", "ledger": "1"}


def collection(document):
    folders = {tag["name"]: [] for tag in document["tags"]}
    for path, method, operation in openapi.operations(document):
        folders[operation["tags"][0]] += items(document, path, method, operation)
    return {
        "info": {
            "name": document["info"]["title"], "description": document["info"]["description"],
            "schema": SCHEMA},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        "variable": [{"key": key, "value": value} for key, value in VARIABLES.items()],
        "item": [
            {"name": tag["name"], "description": tag["description"], "item": folders[tag["name"]]}
            for tag in document["tags"]],
    }


def items(document, path, method, operation):
    """A request for each example of the body; one, if it has none."""
    examples = bodies(document, operation)
    for name, media_type, value in examples:
        title = operation["summary"] + (f": {name}" if len(examples) > 1 else "")
        item = {"name": title, "request": request(document, path, method, operation, media_type, value)}
        if operation["operationId"] in KEPT:
            variable, place = KEPT[operation["operationId"]]
            item["event"] = [{"listen": "test", "script": {"type": "text/javascript", "exec": [
                f'if (pm.response.code < 300) pm.collectionVariables.set("{variable}", pm.response.json().{place});']}}]
        yield item | {"response": []}


def bodies(document, operation):
    """The name, media type and value of each example of the body, in its first media type."""
    body = openapi.resolve(document, operation.get("requestBody"))
    if body is None:
        return [("", None, None)]
    media_type, media = next(iter(body["content"].items()))
    if "example" in media:
        return [("", media_type, media["example"])]
    return [(name, media_type, example["value"]) for name, example in media["examples"].items()]


def request(document, path, method, operation, media_type, value):
    parameters = openapi.parameters(document, path, operation)
    headers = [entry(p) for p in parameters if p["in"] == "header"]
    for header in headers:
        if header["key"] == "Idempotency-Key":
            header["value"] = "{{$guid}}"
            del header["disabled"]
    if media_type:
        headers.insert(0, {"key": "Content-Type", "value": media_type})
    description = "\n\n".join(filter(None, [operation["operationId"], operation.get("description")]))
    made = {
        "method": method.upper(), "header": headers,
        "url": url(path, parameters), "description": description}
    if not operation.get("security"):
        made["auth"] = {"type": "noauth"}
    if media_type:
        text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
        language = "json" if media_type.endswith("json") else "text"
        made["body"] = {"mode": "raw", "raw": text, "options": {"raw": {"language": language}}}
    return made


def url(path, parameters):
    segments = [re.sub(r"^\{(\w+)\}$", r":\1", segment) for segment in path[1:].split("/")]
    query = [entry(p) for p in parameters if p["in"] == "query"]
    sent = "&".join(f"{p['key']}={p['value']}" for p in query if not p.get("disabled"))
    made = {
        "raw": "{{baseUrl}}/" + "/".join(segments) + (f"?{sent}" if sent else ""),
        "host": ["{{baseUrl}}"], "path": segments}
    if query:
        made["query"] = query
    places = [entry(p) for p in parameters if p["in"] == "path"]
    if places:
        made["variable"] = places
    return made


def entry(parameter):
    """A parameter with its example. What need not be sent is there to be switched on."""
    name = parameter["name"]
    value = "{{ledger}}" if name == "ledger" else str(parameter.get("example", ""))
    made = {"key": name, "value": value, "description": parameter.get("description", "")}
    # A report is of a month or of days.
    if not parameter.get("required") and name != "month":
        made["disabled"] = True
    return made


def text():
    made = collection(openapi.bundle("FinanceAPI"))
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(text(), end="")
