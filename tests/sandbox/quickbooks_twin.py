"""A company on the bench: one client, one item, and the API without a socket between."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.clock import Clock
from sandbox.http import Request, Response
from sandbox.quickbooks import starter
from sandbox.quickbooks.behaviour import Behaviour
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.ledger.posting import total_of
from sandbox.quickbooks.state import QuickBooksState
from sandbox.quickbooks.wire.app import QuickBooksApp

REALM = "9341450000000001"
NOON = datetime(2026, 3, 2, 20, tzinfo=UTC)  # noon in Los Angeles, where the server stands


class Bench:
    """A frozen clock, a company with customer "Acme" and item "Development", and verbs to call the API."""

    def __init__(self, behaviour: Behaviour | None = None, **company: Any) -> None:
        self.clock = Clock.at(NOON)
        self.state = QuickBooksState(self.clock, behaviour)
        self.behaviour = self.state.behaviour
        self.company = starter.open_company(self.state, REALM, "Fernwood Digital", **company)
        self.customer = starter.add_customer(self.company, "Acme", email="ap@acme.example")
        self.item = starter.add_item(self.company, "Development")
        self.finance = FinancePerson(self.company)
        self.app = QuickBooksApp(self.state, self.clock)
        self.token = self.state.tokens.connect(REALM).access_token

    def ask(self, method: str, path: str, body: bytes = b"", **query: str) -> Response:
        """One request below `/v3/company/REALM`, logged in, however late it has become."""
        if self.state.tokens.realm_of(self.token) is None:
            self.token = self.state.tokens.connect(REALM).access_token
        headers = {"authorization": f"Bearer {self.token}", "accept": "application/json"}
        return self.app(Request(method, f"/v3/company/{REALM}{path}", tuple(query.items()), headers, body))

    def request(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b"", **query: str
    ) -> Response:
        """One request below the company with these headers, and no login but theirs."""
        return self.app(Request(method, f"/v3/company/{REALM}{path}", tuple(query.items()), headers, body))

    def get(self, path: str, **query: str) -> Any:
        """The answer of a GET that succeeds."""
        return good(self.ask("GET", path, **query))

    def post(self, path: str, body: Any, **query: str) -> Any:
        """The answer of a POST that succeeds."""
        return good(self.ask("POST", path, encoded(body), **query))

    def refused(self, path: str, body: Any, **query: str) -> dict[str, str]:
        """The one error of a POST that is refused with a business fault."""
        return error_of(self.ask("POST", path, encoded(body), **query))

    def query(self, text: str) -> Any:
        """The QueryResponse of a query that succeeds."""
        return self.get("/query", query=text)["QueryResponse"]

    def draft(self, *amounts: str, **fields: Any) -> dict[str, Any]:
        """An invoice body for Acme with one line of the item per amount."""
        lines = [self.line(amount) for amount in amounts or ("100.00",)]
        return {"CustomerRef": {"value": self.customer.id}, "Line": lines} | fields

    def line(self, amount: str, **detail: Any) -> dict[str, Any]:
        """A sales line of `amount`."""
        detail = {"ItemRef": {"value": self.item.id}} | detail
        return {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}

    def invoice(self, *amounts: str, **fields: Any) -> dict[str, Any]:
        """A posted invoice, as the answer shows it."""
        made: dict[str, Any] = self.post("/invoice", self.draft(*amounts, **fields))["Invoice"]
        return made

    def change(self, invoice: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """A sparse update of `invoice`, as the answer shows it."""
        changed: dict[str, Any] = self.post("/invoice", identity(invoice) | {"sparse": True} | fields)[
            "Invoice"
        ]
        return changed

    def balance(self, kind: str) -> Decimal:
        """What the books say of all accounts of one AccountType."""
        return total_of(self.company, kind)


def identity(row: dict[str, Any]) -> dict[str, Any]:
    """What names the version of an object that a change is meant for."""
    return {"Id": row["Id"], "SyncToken": row["SyncToken"]}


def encoded(body: Any) -> bytes:
    """JSON, with decimals as text the way python-quickbooks sends them."""
    return json.dumps(body, default=str).encode()


def good(response: Response) -> Any:
    """The JSON of a 200, with exact decimals."""
    value = json.loads(response.body, parse_float=Decimal)
    assert response.status == 200, value
    return value


def error_of(response: Response) -> dict[str, str]:
    """The one error of a business fault."""
    assert response.status == 400, response.body
    fault = json.loads(response.body)["Fault"]
    assert fault["type"] == "ValidationFault"
    (error,) = fault["Error"]
    return dict(error)
