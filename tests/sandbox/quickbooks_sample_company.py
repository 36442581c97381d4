"""Intuit's US sample company behind its API, for tests that read it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.clock import Clock
from sandbox.http import Request, Response
from sandbox.quickbooks.sample import open_sample_company
from sandbox.quickbooks.state import QuickBooksState
from sandbox.quickbooks.wire.app import QuickBooksApp

REALM = "4620816365333333330"
YEAR = {"start_date": "2026-01-01", "end_date": "2026-12-31"}


class Sample:
    """The sample company of October 2026, asked in November."""

    def __init__(self) -> None:
        clock = Clock.at(datetime(2026, 11, 23, 20, tzinfo=UTC))
        self.state = QuickBooksState(clock)
        self.company = open_sample_company(self.state, REALM)
        self._app = QuickBooksApp(self.state, clock)
        self._token = self.state.tokens.connect(REALM).access_token

    def get(self, path: str, **query: str) -> Any:
        """The answer of a GET that succeeds."""
        headers = {"authorization": f"Bearer {self._token}", "accept": "application/json"}
        request = Request("GET", f"/v3/company/{REALM}{path}", tuple(query.items()), headers, b"")
        response = self._app(request)
        assert response.status == 200, response.body
        return json.loads(response.body, parse_float=Decimal)

    def post(self, path: str, body: Any, **query: str) -> Response:
        """The answer of a POST, whatever it is."""
        headers = {"authorization": f"Bearer {self._token}", "accept": "application/json"}
        sent = json.dumps(body, default=float).encode()
        return self._app(Request("POST", f"/v3/company/{REALM}{path}", tuple(query.items()), headers, sent))

    def all(self, kind: str, condition: str = "") -> list[dict[str, Any]]:
        """Every object of a kind, in the order in which the service shows them."""
        text = " ".join(("SELECT * FROM", kind, condition, "MAXRESULTS 1000"))
        rows: list[dict[str, Any]] = self.get("/query", query=text)["QueryResponse"].get(kind, [])
        return rows

    def report(self, name: str, **args: str) -> list[list[str]]:
        """A report of the year as lines of cells, sections unfolded."""
        report = self.get(f"/reports/{name}", **{**YEAR, **args})
        assert report["Header"]["ReportName"] == name
        width = _width(report["Columns"]["Column"])
        lines = list(_lines(report["Rows"]))
        assert all(len(line) == width for line in lines)
        return lines


def _width(columns: list[dict[str, Any]]) -> int:
    return sum(_width(column["Columns"]["Column"]) if "Columns" in column else 1 for column in columns)


def _lines(rows: dict[str, Any]) -> Any:
    for row in rows.get("Row", ()):
        for part in ("Header", None, "Summary"):
            if part is None:
                yield from [[cell["value"] for cell in row["ColData"]]] if "ColData" in row else []
                yield from _lines(row.get("Rows", {}))
            elif part in row:
                yield [cell["value"] for cell in row[part]["ColData"]]
