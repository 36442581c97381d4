"""One client of the soak: mixed reads and writes on both services, repeated until answered, with its own books."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from sandbox.http import Application, Request, Response
from sandbox.jira.people import Person
from sandbox.world.running import RunningSandbox, Service
from sandbox.world.site import ACCOUNTS, LOGIN, TOKEN

OVER_HTTP = 20  # every so many requests takes the way over a socket
_MOST_INVOICES = 12  # of one client at a time
_TRIES = 60
_BASIC = "Basic " + base64.b64encode(f"{LOGIN}:{TOKEN}".encode()).decode()
_JQL = (
    "updated >= -2h ORDER BY updated",
    "project = HPO AND issuetype = Epic AND statusCategory = Done",
    "sprint in openSprints() AND resolution is EMPTY",
    "labels = billable AND created >= -30d",
)


@dataclass(slots=True)
class Tally:
    """What one client did and met: requests sent, answers by kind, repeats, and anything that must not be."""

    requests: int = 0
    over_http: int = 0
    repeats: int = 0
    refused: int = 0
    writes: int = 0
    failures: list[str] = field(default_factory=list)


class Client:
    """Client `number` of a served sandbox. `expected` tells for each note written whether it must be there."""

    def __init__(self, number: int, running: RunningSandbox, seed: int) -> None:
        self.tally = Tally()
        self.expected: dict[str, bool] = {}
        self._number = number
        self._running = running
        self._chance = Random(seed * 1000 + number)  # noqa: S311  a repeatable draw, not a secret
        self._apps: dict[str, Application] = {n: running.application(n) for n in ("jira", "quickbooks")}
        self._connections: dict[str, http.client.HTTPConnection] = {}
        self._invoices: list[str] = []
        self._access = ""
        self._made = 0
        company = running.world.company
        self._company = f"/v3/company/{company.realm}"
        self._lines = [row.id for row in company.rows("Item")]
        self._keys = [issue.key for issue in running.world.jira.issues.values()][number::10]
        self._person = Person(running.world.jira, running.clock, ACCOUNTS[number % len(ACCOUNTS)])
        self._acts: tuple[tuple[int, Callable[[], None]], ...] = (
            (22, self._read_issue), (12, self._search), (6, self._read_board), (6, self._link),
            (5, self._set_property), (8, self._work_in_jira), (14, self._query), (8, self._read_changes),
            (9, self._create), (5, self._edit), (3, self._pay), (2, self._void),
        )  # fmt: skip

    def begin_lap(self) -> None:
        """Forget what a restored world has forgotten too."""
        self.expected.clear()
        self._invoices.clear()
        self._access = ""

    def act(self) -> None:
        """One deed, which is one request and its repeats, or a few that belong together."""
        weights, acts = zip(*self._acts, strict=True)
        self._chance.choices(acts, weights)[0]()

    def close(self) -> None:
        """Hang up."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def _read_issue(self) -> None:
        key, expand = self._chance.choice(self._keys), self._chance.choice(("", "changelog", "names"))
        self._jira("GET", f"/rest/api/2/issue/{key}", {"expand": expand})

    def _search(self) -> None:
        jql = {"jql": self._chance.choice(_JQL), "maxResults": "20", "fields": "summary,status,updated"}
        self._jira("GET", "/rest/api/2/search/jql", jql)

    def _read_board(self) -> None:
        board = self._chance.randint(1, 4)
        self._jira("GET", f"/rest/agile/1.0/board/{board}/sprint", {"state": "active,future"})

    def _link(self) -> None:
        body = {
            "globalId": f"soak-{self._number}",
            "object": {"url": "https://x.example", "title": "Invoice"},
        }
        self._jira("POST", f"/rest/api/2/issue/{self._chance.choice(self._keys)}/remotelink", {}, body)

    def _set_property(self) -> None:
        path = f"/rest/api/2/issue/{self._chance.choice(self._keys)}/properties/soak"
        self._jira("PUT", path, {}, {"at": self._made})

    def _work_in_jira(self) -> None:
        """A person at work; each action counts as a request."""
        key, self.tally.requests = self._chance.choice(self._keys), self.tally.requests + 1
        deeds: tuple[Callable[[], object], ...] = (
            lambda: self._person.close(key),
            lambda: self._person.start(key),
            lambda: self._person.log_work(key, 0.5),
            lambda: self._person.set_field(key, "summary", f"Soaked {self._chance.randint(1, 99)}"),
        )
        self._chance.choice(deeds)()

    def _query(self) -> None:
        wanted = self._chance.choice(("Invoice", "Customer", "Payment", "Item"))
        self._books("GET", "/query", {"query": f"SELECT * FROM {wanted} MAXRESULTS 20"})  # noqa: S608  a word of ours

    def _read_changes(self) -> None:
        since = self._running.clock.now().strftime("%Y-%m-%dT%H:00:00Z")
        self._books("GET", "/cdc", {"entities": "Invoice,Payment", "changedSince": since})

    def _create(self) -> None:
        if len(self._invoices) >= _MOST_INVOICES:
            return self._delete()
        note = f"soak {self._number}/{self._made}"
        detail = {"ItemRef": {"value": self._chance.choice(self._lines)}}
        amount = self._chance.randint(1, 99999) / 100
        line = {"DetailType": "SalesItemLineDetail", "Amount": amount, "SalesItemLineDetail": detail}
        body = {"CustomerRef": {"value": "1"}, "PrivateNote": note, "Line": [line]}
        made = self._books("POST", "/invoice", {"requestid": self._request_id()}, body)
        self.expected[note] = True
        return self._invoices.append(made["Invoice"]["Id"])

    def _delete(self) -> None:
        shown = self._shown(self._invoices.pop(0))
        deletion = {"Id": shown["Id"], "SyncToken": shown["SyncToken"]}
        gone = self._books(
            "POST", "/invoice", {"operation": "delete", "requestid": self._request_id()}, deletion
        )
        if gone.get("Invoice", {}).get("status") == "Deleted":
            self.expected[shown["PrivateNote"]] = False

    def _edit(self) -> None:
        if self._invoices:
            shown = self._shown(self._chance.choice(self._invoices))
            body = {"Id": shown["Id"], "SyncToken": shown["SyncToken"], "sparse": True}
            self._books(
                "POST", "/invoice", {"requestid": self._request_id()}, body | {"DueDate": "2027-01-31"}
            )

    def _pay(self) -> None:
        if self._invoices:
            shown = self._shown(self._chance.choice(self._invoices))
            link = {"TxnId": shown["Id"], "TxnType": "Invoice"}
            lines = [{"Amount": shown["Balance"], "LinkedTxn": [link]}]
            body = {"CustomerRef": {"value": "1"}, "TotalAmt": shown["Balance"], "Line": lines}
            self._books("POST", "/payment", {"requestid": self._request_id()}, body)

    def _void(self) -> None:
        """A voided invoice keeps its place but not its note, so it is watched no longer."""
        if self._invoices:
            shown = self._shown(self._invoices.pop())
            self.expected.pop(shown["PrivateNote"], None)
            identity = {"Id": shown["Id"], "SyncToken": shown["SyncToken"]}
            query = {"operation": "void", "requestid": self._request_id()}
            self._books("POST", "/invoice", query, identity)

    def _shown(self, invoice_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._books("GET", f"/invoice/{invoice_id}", {})["Invoice"]
        return found

    def _request_id(self) -> str:
        self._made += 1
        self.tally.writes += 1
        return f"s{self._number}-{self._made}"

    def _jira(self, method: str, path: str, query: Mapping[str, str], body: object = None) -> None:
        self._until_answered("jira", method, path, query, body, _BASIC)

    def _books(self, method: str, path: str, query: Mapping[str, str], body: object = None) -> dict[str, Any]:
        for _ in range(_TRIES):
            bearer = f"Bearer {self._access}"
            status, found = self._until_answered(
                "quickbooks", method, self._company + path, query, body, bearer
            )
            if status != 401:
                return found
            self._access = self._running.world.quickbooks.tokens.connect(
                self._running.world.realm
            ).access_token
        raise RuntimeError("the company never let this client in")

    def _until_answered(
        self, service: Service, method: str, path: str, query: Mapping[str, str], body: object, login: str
    ) -> tuple[int, dict[str, Any]]:
        """Send the same bytes until an answer arrives whole; what stays without one is a failure."""
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"authorization": login, "accept": "application/json", "content-type": "application/json"}
        request = Request(method, path, tuple(query.items()), {"host": "127.0.0.1", **headers}, content)
        for _ in range(_TRIES):
            status, text = self._send(service, request)
            if status in (200, 201, 204, 400, 401, 404):
                self.tally.refused += status in (400, 404)
                try:
                    return status, json.loads(text or b"{}")
                except ValueError:
                    pass  # the answer was cut on its way
            elif status not in (0, 429, 502, 503):
                self.tally.failures.append(f"{method} {path}: {status} {text[:200]!r}")
            self.tally.repeats += 1
        raise RuntimeError(f"{method} {path} was never answered")

    def _send(self, service: Service, request: Request) -> tuple[int, bytes]:
        self.tally.requests += 1
        if self.tally.requests % OVER_HTTP == 0:
            self.tally.over_http += 1
            return self._over_http(service, request)
        answer = self._apps[service](request)
        return (0, b"") if _is_lost(answer) else (answer.status, answer.body)

    def _over_http(self, service: Service, request: Request) -> tuple[int, bytes]:
        url = self._running.jira_url if service == "jira" else self._running.quickbooks_url
        connection = self._connections.get(service)
        if connection is None:
            connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
            self._connections[service] = connection
        target = quote(request.path) + "?" + urlencode(request.query)
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        try:
            connection.request(request.method, target, request.body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (http.client.HTTPException, ConnectionError):
            connection.close()
            return 0, b""


def _is_lost(answer: Response) -> bool:
    return answer.wire.drop or answer.wire.cut is not None or answer.wire.raw is not None
