"""Every operation, called with what its document allows and with what it does not: the answers must
be as the document says."""

import documents


# Operations on users and secrets would end the access of whoever makes the calls: they are tried in
# Tests/FinanceAPITests/V1/Users.
@documents.load(documents.TENANT).exclude(tag="access").parametrize()
def test_the_tenants_api_is_as_its_document_says(case, server, token, house):
    house.adjust(case)
    case.call_and_validate(
        base_url=f"{server.public}/t/acme", headers={"x-access-token": token})


@documents.load(documents.narrowed()).parametrize()
def test_the_admin_api_is_as_its_document_says(case, server):
    confine(case)
    case.call_and_validate(base_url=server.admin, headers=server.admin_headers)


def confine(case):
    """Has a node be looked for on this machine, where none is, and not all over the network."""
    if "/nodes" in case.path and isinstance(case.body, dict) and "host" in case.body:
        host = case.body["host"]
        if isinstance(host, str) and host and not any(c <= " " or c == "," for c in host):
            case.body["host"], case.body["port"] = "127.0.0.1", 1
