"""Things in a ledger for the operations of /v1 to be tried on: their ids no document can know."""

import itertools

import requests

# What a new one of each is made by, below the ledger.
NEW = {
    "account": ("accounts", lambda house, n: {"name": f"Account {n}", "type": "checking"}),
    "category": ("categories", lambda house, n: {"name": f"Category {n}", "kind": "expense"}),
    "rule": ("rules", lambda house, n: {
        "name": f"Rule {n}", "trigger": "created", "match": "all",
        "conditions": [{"field": "payee", "operator": "is", "value": f"Payee {n}"}],
        "actions": [{"type": "add_tag", "value": "seen"}]}),
    "recurrence": ("recurrences", lambda house, n: {
        "template": {"account_id": house.standing["account"], "amount": "-900"},
        "unit": "month", "anchor_date": "2026-01-31"}),
    "transaction": ("transactions", lambda house, n: {
        "account_id": house.standing["account"], "date": "2026-11-02", "amount": "-12.30"}),
}
# What comes with something else, and how it is made.
MADE = {
    "payee": lambda house, n: house.found("payees?limit=200", payee=f"Payee {n}"),
    "tag": lambda house, n: house.found("tags", tags=[f"Tag {n}"]),
    "reconciliation": lambda house, n: house.send(
        "post", f"accounts/{house.standing['account']}/reconciliations",
        {"statement_date": "2026-11-02", "statement_balance": "0.00"})["id"],
    "import": lambda house, n: requests.post(
        f"{house.base_url}/v1/ledgers/{house.ledger}/imports",
        params={"account_id": house.standing["account"]},
        headers=house.headers | {"Content-Type": "text/csv"},
        data=f"Date,Amount,Payee\n2026-11-02,-{n}.00,Shop\n").json()["id"],
    "suggestion": lambda house, n: house.pair(f"{1000 + n}.00"),
    "user": lambda house, n: str(requests.post(
        f"{house.base_url}/register",
        json={"username": f"member{n}", "password": "a long password"}).json()["id"]),
}
# Operations that are for something in another state than new.
PREPARED = {
    "restoreTransaction": lambda house, ids: house.send(
        "delete", f"transactions/{ids['transaction']}"),
    "deletePayee": lambda house, ids: house.send(
        "patch", "transactions/" + house.send(
            "get", f"transactions?payee_id={ids['payee']}")["data"][0]["id"], {"payee": None}),
    "decideImportRow": lambda house, ids: ids.update(row=str(house.send(
        "get", f"imports/{ids['import']}/rows")["data"][0]["n"])),
    "reopenOccurrence": lambda house, ids: house.send(
        "post", f"recurrences/{ids['recurrence']}/occurrences/{ids['date']}/skip"),
    "revertImport": lambda house, ids: house.send("post", f"imports/{ids['import']}/publish"),
}
# What the members of bodies and the parameters of queries that name something name.
NAMED = {
    "account_id": "account", "transfer_account_id": "other", "category_id": "category",
    "transaction_id": "transaction", "ids": "transaction", "into": "into",
}


class Household:
    """The demo user's default ledger."""

    def __init__(self, base_url, headers):
        self.base_url, self.headers = base_url, headers
        self.numbers = itertools.count(1)
        self.ledger = requests.get(
            f"{base_url}/v1/me", headers=headers).json()["default_ledger_id"]
        self.shares = False
        self.standing = {}
        self.standing = {name: self.make(kind) for name, kind in [
            ("account", "account"), ("other", "account")]}
        self.standing |= {kind: self.make(kind) for kind in NEW if kind not in self.standing}

    def send(self, method, path, body=None):
        answer = requests.request(
            method, f"{self.base_url}/v1/ledgers/{self.ledger}/{path}", headers=self.headers,
            json=body)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def record(self, account, amount, **more):
        return self.send("post", "transactions", {
            "account_id": self.standing[account], "date": "2026-11-02", "amount": amount} | more)["id"]

    def found(self, kind, **named):
        """The id of the newest of what a transaction brings with it."""
        self.record("account", "-1.00", **named)
        ids = [thing["id"] for thing in self.send("get", kind)["data"]]
        return max(ids, key=int)

    def pair(self, amount):
        """The id of what looks like a transfer."""
        return f"{self.record('account', '-' + amount)}-{self.record('other', amount)}"

    def make(self, kind):
        if kind in MADE:
            return MADE[kind](self, next(self.numbers))
        path, body = NEW[kind]
        return self.send("post", path, body(self, next(self.numbers)))["id"]

    def parameters(self, operation, path):
        """The values of a path's parameters, of things that are there for this call alone."""
        ids = {name: self.make(name) for name in path if name in NEW or name in MADE}
        name = operation["operationId"]
        ledger = self.ledger
        if "recurrence" in path and "date" in path:
            ids["date"] = "2026-11-30"
        if "reconciliation" in path:
            ids["account"] = self.standing["account"]
        if name.startswith("merge"):
            [kind] = ids
            self.standing["into"] = self.make(kind)
        if name == "deleteLedger":
            ledger = requests.post(
                f"{self.base_url}/v1/ledgers", headers=self.headers,
                json={"name": "Another"}).json()["id"]
        if "user" in path:
            # Every other one that is to be a member is one already.
            self.shares = name == "setMember" and not self.shares
            if not self.shares:
                self.send("put", f"members/{ids['user']}", {"role": "viewer"})
        if operation["operationId"] in PREPARED:
            PREPARED[operation["operationId"]](self, ids)
        return path | ids | ({"ledger": ledger} if "ledger" in path else {})

    def named(self, value):
        """The value with the ids of what is there."""
        if isinstance(value, list):
            return [self.named(element) for element in value]
        if not isinstance(value, dict):
            return value
        return {key: self.identified(key, member) for key, member in value.items()}

    def identified(self, key, member):
        if member is None or key not in NAMED:
            return self.named(member)
        if isinstance(member, list):
            return [self.make(NAMED[key])]
        return self.standing[NAMED[key]]

    def adjust(self, case):
        """Lets a made-up call be for what is there, most of the time: ids are made up in vain."""
        for name, value in (case.path_parameters or {}).items():
            if isinstance(value, str) and value.isdecimal() and value[0] != "0":
                known = {"ledger": self.ledger} | self.standing
                case.path_parameters[name] = known.get(name, value)
