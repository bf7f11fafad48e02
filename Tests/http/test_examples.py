"""The documents' own examples: together they reach every success that is documented."""

import uuid

import documents
import household
import requests

# What none of them can reach here, and what tests it.
UNREACHED = {
    ("post", "/admin/tenants/{slug}/manifests", 201):
        "pods do not reach the Postgres of terrace dev: ManifestRoutesTests",
}
# What depends on how far an operation is when the call comes. OperationRoutesTests reach each.
BY_CHANCE = {
    ("post", "/admin/operations/{id}/cancel", 200),
    ("post", "/admin/operations/{id}/cancel", 202),
    ("post", "/admin/operations/{id}/retry", 202),
}


# Operations on secrets and on who asks, which no document can know and which end one's own access:
# those of Tests/FinanceAPITests/V1/Users reach their successes.
SECRET = "access"


def successes(document):
    return {
        (method, path, int(status))
        for path, method, operation in documents.operations(document)
        if SECRET not in operation["tags"]
        for status in operation["responses"] if status.startswith("2")}


# A file is no example: Tests/FinanceAPITests/V1/Imports send some.
FILES = {("post", "/v1/ledgers/{ledger}/imports", 201)}


def an_operation(base_url, headers):
    """The id of an operation, which no document can know."""
    answer = requests.post(f"{base_url}/admin/fleet/migrate", headers=headers)
    return answer.json()["id"]


def call(document, schema, path, method, operation, body, base_url, headers, house=None):
    """Makes the call, and checks the answer; the success that it was, if it was one."""
    examples = documents.parameters(document, path, operation)
    if house and path.startswith("/v1/"):
        examples["path"] = house.parameters(operation, examples["path"])
        examples["query"] = house.named(examples["query"])
        body = house.named(body)
        if "Idempotency-Key" in examples["header"]:
            examples["header"]["Idempotency-Key"] = str(uuid.uuid4())
    if "id" in examples["path"]:
        examples["path"]["id"] = an_operation(base_url, headers)
    arguments = {} if body is None else {"body": body, "media_type": "application/json"}
    case = schema[path][method].Case(
        path_parameters=examples["path"], query=examples["query"], headers=examples["header"],
        **arguments)
    answer = case.call_and_validate(base_url=base_url, headers=headers)
    return {(method, path, answer.status_code)} & successes(document)


def test_the_examples_of_the_tenants_api(server, token):
    schema = documents.load(documents.TENANT)
    reached = set()
    base_url, headers = f"{server.public}/t/acme", {"x-access-token": token}
    house = household.Household(base_url, headers)
    for path, method, operation in documents.operations(documents.TENANT):
        if SECRET in operation["tags"]:
            continue
        for body in documents.bodies(documents.TENANT, operation):
            reached |= call(
                documents.TENANT, schema, path, method, operation, body, base_url, headers, house)
    assert reached | FILES == successes(documents.TENANT)


class AdminExamples:
    def __init__(self, server, node):
        self.server, self.node = server, node
        self.schema = documents.load(documents.ADMIN)
        self.reached = set()

    def run(self, choose):
        """Calls every operation with those of its bodies that are chosen."""
        for path, method, operation in documents.operations(documents.ADMIN):
            for body in choose(documents.bodies(documents.ADMIN, operation)):
                if body and "host" in body:
                    body = body | {"host": self.node}
                self.reached |= call(
                    documents.ADMIN, self.schema, path, method, operation, body,
                    self.server.admin, self.server.admin_headers)


def test_the_examples_of_the_admin_api(server):
    with server.node() as node:
        examples = AdminExamples(server, node)
        examples.run(lambda bodies: bodies[:1])
        examples.run(lambda bodies: bodies[:1])
        with server.deaf_gateway():
            examples.run(lambda bodies: bodies)
    expected = successes(documents.ADMIN)
    assert examples.reached | set(UNREACHED) | BY_CHANCE == expected
    assert not examples.reached & set(UNREACHED)
