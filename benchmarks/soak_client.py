"""One client of the soak: mixed reads and writes on both services, repeated until answered, with its own books."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from benchmarks.soak_tour import Tour
from benchmarks.soak_wire import Caller
from sandbox.jira.people import Person
from sandbox.quickbooks.finance import FinancePerson
from sandbox.world.running import RunningSandbox
from sandbox.world.site import ACCOUNTS

_MOST_INVOICES = 12  # of one client at a time
_JQL = (
    "updated >= -2h ORDER BY updated",
    "project = HPO AND issuetype = Epic AND statusCategory = Done",
    "sprint in openSprints() AND resolution is EMPTY",
    "labels = billable AND created >= -30d",
)


class Client(Caller):
    """Client `number` of a served sandbox. `expected` tells for each note written whether it must be there."""

    def __init__(self, number: int, running: RunningSandbox, seed: int) -> None:
        super().__init__(number, running, seed)
        self.expected: dict[str, bool] = {}
        self._invoices: list[str] = []
        self._made = 0
        self._tour = Tour(self)
        self._lines = [row.id for row in running.world.company.rows("Item")]
        self._keys = [issue.key for issue in running.world.jira.issues.values()][number::10]
        self._person = Person(running.world.jira, running.clock, ACCOUNTS[number % len(ACCOUNTS)])
        self._acts: tuple[tuple[int, Callable[[], None]], ...] = (
            (22, self._read_issue), (12, self._search), (6, self._read_board), (6, self._link),
            (5, self._set_property), (8, self._work_in_jira), (14, self._query), (8, self._read_changes),
            (9, self._create), (5, self._edit), (3, self._pay), (2, self._void), (12, self._tour.read),
            (6, self._tour.poke), (5, self._tour.read_books), (2, self._tour.write_nonsense),
            (3, self._tour.visit), (2, self._sell),
        )  # fmt: skip

    def begin_lap(self) -> None:
        """Forget what a restored world has forgotten too."""
        super().begin_lap()
        self.expected.clear()
        self._invoices.clear()

    def act(self) -> None:
        """One deed, which is one request and its repeats, or a few that belong together."""
        weights, acts = zip(*self._acts, strict=True)
        self.chance.choices(acts, weights)[0]()

    def _read_issue(self) -> None:
        key, expand = self.chance.choice(self._keys), self.chance.choice(("", "changelog", "names"))
        self.jira("GET", f"/rest/api/2/issue/{key}", {"expand": expand})

    def _search(self) -> None:
        jql = {"jql": self.chance.choice(_JQL), "maxResults": "20", "fields": "summary,status,updated"}
        self.jira("GET", "/rest/api/2/search/jql", jql)

    def _read_board(self) -> None:
        board = self.chance.randint(1, 4)
        self.jira("GET", f"/rest/agile/1.0/board/{board}/sprint", {"state": "active,future"})

    def _link(self) -> None:
        body = {
            "globalId": f"soak-{self.number}",
            "object": {"url": "https://x.example", "title": "Invoice"},
        }
        self.jira("POST", f"/rest/api/2/issue/{self.chance.choice(self._keys)}/remotelink", {}, body)

    def _set_property(self) -> None:
        path = f"/rest/api/2/issue/{self.chance.choice(self._keys)}/properties/soak"
        self.jira("PUT", path, {}, {"at": self._made})

    def _work_in_jira(self) -> None:
        """A person at work; each action counts as a request."""
        key, self.tally.requests = self.chance.choice(self._keys), self.tally.requests + 1
        deeds: tuple[Callable[[], object], ...] = (
            lambda: self._person.close(key),
            lambda: self._person.start(key),
            lambda: self._person.log_work(key, 0.5),
            lambda: self._person.set_field(key, "summary", f"Soaked {self.chance.randint(1, 99)}"),
        )
        self.chance.choice(deeds)()

    def _query(self) -> None:
        wanted = self.chance.choice(("Invoice", "Customer", "Payment", "Item"))
        self.books("GET", "/query", {"query": f"SELECT * FROM {wanted} MAXRESULTS 20"})  # noqa: S608  a word of ours

    def _read_changes(self) -> None:
        since = self.running.clock.now().strftime("%Y-%m-%dT%H:00:00Z")
        self.books("GET", "/cdc", {"entities": "Invoice,Payment", "changedSince": since})

    def _create(self) -> None:
        if len(self._invoices) >= _MOST_INVOICES:
            return self._delete()
        note = f"soak {self.number}/{self._made}"
        detail = {"ItemRef": {"value": self.chance.choice(self._lines)}}
        amount = self.chance.randint(1, 99999) / 100
        line = {"DetailType": "SalesItemLineDetail", "Amount": amount, "SalesItemLineDetail": detail}
        body = {"CustomerRef": {"value": "1"}, "PrivateNote": note, "Line": [line]}
        made = self.books("POST", "/invoice", {"requestid": self._request_id()}, body)
        self.expected[note] = True
        return self._invoices.append(made["Invoice"]["Id"])

    def _delete(self) -> None:
        shown = self._shown(self._invoices.pop(0))
        deletion = {"Id": shown["Id"], "SyncToken": shown["SyncToken"]}
        gone = self.books(
            "POST", "/invoice", {"operation": "delete", "requestid": self._request_id()}, deletion
        )
        if gone.get("Invoice", {}).get("status") == "Deleted":
            self.expected[shown["PrivateNote"]] = False

    def _edit(self) -> None:
        if self._invoices:
            shown = self._shown(self.chance.choice(self._invoices))
            body = {"Id": shown["Id"], "SyncToken": shown["SyncToken"], "sparse": True}
            self.books(
                "POST", "/invoice", {"requestid": self._request_id()}, body | {"DueDate": "2027-01-31"}
            )

    def _pay(self) -> None:
        if self._invoices:
            shown = self._shown(self.chance.choice(self._invoices))
            link = {"TxnId": shown["Id"], "TxnType": "Invoice"}
            lines = [{"Amount": shown["Balance"], "LinkedTxn": [link]}]
            body = {"CustomerRef": {"value": "1"}, "TotalAmt": shown["Balance"], "Line": lines}
            self.books("POST", "/payment", {"requestid": self._request_id()}, body)

    def _void(self) -> None:
        """A voided invoice keeps its place but not its note, so it is watched no longer."""
        if self._invoices:
            shown = self._shown(self._invoices.pop())
            self.expected.pop(shown["PrivateNote"], None)
            identity = {"Id": shown["Id"], "SyncToken": shown["SyncToken"]}
            query = {"operation": "void", "requestid": self._request_id()}
            self.books("POST", "/invoice", query, identity)

    def _sell(self) -> None:
        """An estimate over the API, of which a person makes half an invoice."""
        detail = {"ItemRef": {"value": self.chance.choice(self._lines)}}
        line = {"DetailType": "SalesItemLineDetail", "Amount": 50, "SalesItemLineDetail": detail}
        body = {"CustomerRef": {"value": "1"}, "Line": [line]}
        made = self.books("POST", "/estimate", {"requestid": self._request_id()}, body)
        FinancePerson(self.running.world.company).convert_estimate(made["Estimate"]["Id"], Decimal("0.5"))

    def _shown(self, invoice_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.books("GET", f"/invoice/{invoice_id}", {})["Invoice"]
        return found

    def _request_id(self) -> str:
        self._made += 1
        self.tally.writes += 1
        return f"s{self.number}-{self._made}"
