"""The door of the books: every request is judged by what is stored before it and by what it does there.

Nothing here believes the product: what happened is what QuickBooks' own rows show before and after each write.
"""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import requests
from books_witness import KINDS, Witness

from connectors.quickbooks.render import to_quickbooks_create
from model.billing import BooksCatalogue
from sandbox.messages import Application, Request, Response
from sandbox.quickbooks.state import Json
from simulation.lag import Lag
from simulation.stage import Performer
from simulation.weather import Remembered
from sync.planning.actions import Action
from sync.store.codec import decode

if TYPE_CHECKING:
    from simulation.side import Side
    from simulation.town import Town

_MARKER = re.compile(r"\[MP-[A-Z2-7]{10}\]")
_WRITES = re.compile(r"/v3/company/\d+/(invoice|estimate|creditmemo)")
_READS = re.compile(
    r"/v3/company/\d+/(query|cdc|preferences|companyinfo/\d+|(invoice|estimate|creditmemo)/\d+)"
)
_ONE = re.compile(r"/v3/company/\d+/(\w+)/\d+")
_FRESH = 200.0  #: seconds between a read and the write made upon it, the longest that the wire keeps either
_TOKENS = "/oauth2/v1/tokens/bearer"
_PER_SECOND, _PER_MINUTE = 10, 500


def _silent(knobs: Mapping[str, object]) -> frozenset[str]:
    """What finance does here without raising a document's version."""
    words = {"payment_bumps_invoice": "paid", "send_bumps_invoice": "mailed"}
    return frozenset(word for knob, word in words.items() if knobs.get(knob) is False)


class Door:
    """`broken` holds every broken law, as "I1: what happened". `forgiven` markers may come a second time; `made` are
    those of all documents that we made, with how often."""

    def __init__(self, town: Town, side: Side) -> None:
        self.broken: list[str] = []
        self.witness = Witness(side.books, silent=_silent(town.story.knobs))
        self.forgiven: set[str] = set()
        self._town, self._side = town, side
        self.made: Counter[str] = Counter()
        self._sent: dict[str, bytes] = {}
        self._read: dict[
            str, tuple[float, Json]
        ] = {}  # by the document's address: when, and as we were shown it
        self._made_upon: dict[bytes, Json | None] = {}  # by the bytes of a write
        self._starts: dict[Performer, deque[float]] = {}
        self._known = {place for place, _ in self._documents()}
        lag = float(str(town.story.knobs.get("books_lag", 0)))
        stale = float(str(town.story.knobs.get("stale_answers", 0)))
        self._lag = Lag(side.books, lag) if lag else None
        self._stale = Remembered(stale) if stale else None

    def look(self, request: requests.PreparedRequest) -> None:
        """A write is about to leave: what must be stored by now?"""
        town, target = self._town, urlsplit(str(request.url))
        body = request.body if isinstance(request.body, bytes) else str(request.body).encode()
        (request_id,) = parse_qs(target.query).get("requestid", [""])
        if self._sent.setdefault(request_id, body) != body:
            self._break("I12", f"request id {request_id} carries other bytes than before")
        rows = town.peek(
            "SELECT g.body, i.state, i.fence, i.action, a.outcome, a.send_by_at FROM generation g"
            " JOIN intent i ON i.seq = g.intent"
            " LEFT JOIN attempt a ON a.intent = i.seq AND a.number = i.attempts"
            " WHERE g.request_id = :id",
            id=request_id,
        )
        if not rows or rows[0]["body"] != body:
            self._break("I12", f"{target.path} leaves with bytes that are not stored")
        elif rows[0]["send_by_at"] is None:
            self._break("I12", f"{target.path} leaves without a try on record")
        elif rows[0]["send_by_at"] < town.stage.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"):
            self._break("I16", f"{target.path} leaves after its deadline {rows[0]['send_by_at']}")
        if rows:
            self._judge_origin(decode(rows[0]["action"], Action), body)
        self._judge_figures(body)
        self._made_upon[body] = self._just_read(target.path, json.loads(body).get("Id"))

    def _just_read(self, path: str, id_: str | None) -> Json | None:
        """What was read for one try of a write: it counts once, and only while it is fresh."""
        at, read = self._read.pop(f"{path}/{id_}", (-_FRESH, None))
        return read if self._now() - at < _FRESH else None

    def _now(self) -> float:
        return self._town.stage.clock.now().timestamp()

    def leaves(self, performer: Performer, at: float) -> None:
        """A request of a process to QuickBooks leaves, by the machine's own seconds: not too many in a row."""
        starts = self._starts.setdefault(performer, deque())
        starts.append(at)
        while starts[0] <= at - 60:
            starts.popleft()
        if len(starts) > _PER_MINUTE or sum(start > at - 1 for start in starts) > _PER_SECOND:
            self._break("I17", f"{len(starts)} requests in a minute")

    def serve(self, service: str, request: Request, ask: Application) -> Response:
        """Let a service do its work, and judge what it did."""
        if self._town.next_door:
            for told in self._town.apart.look(self._town.sides, self._side, request):
                self._break("I13", told)
        if service != "books":
            return self._shown(request, ask)
        if not self._is_allowed(request):
            self._break("I8", f"{request.method} {request.path} {request.query}")
        if request.method != "POST" or not _WRITES.fullmatch(request.path):
            return self._noted(request, self._shown(request, ask))
        self.witness.look()
        response = ask(request)
        try:
            self.witness.judge(self._made_upon.get(request.body))
        except AssertionError as error:
            self._break("I5, I6", str(error))
        for place, note in self._documents():
            if place not in self._known:
                self._known.add(place)
                self._note_birth(note)
        if self._lag is not None:
            self._lag.note()
        return response

    def people_acted(self) -> None:
        """Somebody worked in QuickBooks itself."""
        self._known = {place for place, _ in self._documents()} | self._known
        if self._lag is not None:
            self._lag.note()

    def _noted(self, request: Request, response: Response) -> Response:
        """The answer to a read, which a write may be made upon."""
        if request.method == "GET" and response.status == 200 and (named := _ONE.fullmatch(request.path)):
            for kind in KINDS:
                if kind.lower() == named[1]:
                    self._read[request.path] = self._now(), json.loads(response.body)[kind]
        return response

    def _shown(self, request: Request, ask: Application) -> Response:
        """A read, as old as the knobs allow."""
        lagging = self._lag is not None and request.path.endswith(("/query", "/cdc"))
        if self._stale is None or request.path == _TOKENS or request.method not in ("GET", "POST"):
            return self._lag.behind(request, ask) if lagging and self._lag else ask(request)
        at = self._now()
        if lagging and self._lag is not None:
            lag = self._lag
            return self._stale.answer(request, lambda asked: lag.behind(asked, ask), at)
        return self._stale.answer(request, ask, at)

    def _is_allowed(self, request: Request) -> bool:
        void = ("operation", "void") in request.query
        names = {name for name, _ in request.query} - {"operation"} if void else {n for n, _ in request.query}
        if not names <= {"minorversion", "requestid", "entities", "changedSince"}:
            return False
        if void and not request.path.endswith("/invoice"):
            return False
        wanted = _READS if request.method == "GET" or request.path.endswith("/query") else _WRITES
        return request.path == _TOKENS or wanted.fullmatch(request.path) is not None

    def _judge_origin(self, action: Action, body: bytes) -> None:
        """Bytes follow from the plan alone, and the plan from rules that were in force."""
        known = {row["version"] for row in self._town.peek("SELECT version FROM rule_source")}
        lines = (*(action.draft.lines if action.draft else ()), *action.additions)
        if unknown := {line.rule_version for line in lines} - known:
            self._break("I4", f"billed by rules that nobody put in force: {unknown}")
        (names,) = self._town.peek(
            "SELECT doc FROM catalogue WHERE kind = 'books' AND alias = :alias", alias=self._side.alias
        )
        if (
            action.draft
            and to_quickbooks_create(action.draft, decode(names["doc"], BooksCatalogue)).body != body
        ):
            self._break("I4", f"{action.subject} leaves in other bytes than its plan makes")

    def _judge_figures(self, body: bytes) -> None:
        sent = json.loads(body, parse_float=Decimal)
        for line in sent.get("Line", ()):
            amount = Decimal(str(line.get("Amount", 0)))
            if amount != round(amount, 2):
                self._break("I15", f"a line over {amount}")
        currency = sent.get("CurrencyRef", {}).get("value", "USD")
        if currency != "USD":
            self._break("I15", f"a document in {currency}")

    def _note_birth(self, note: str) -> None:
        marker = _MARKER.search(note)
        if marker is None:
            self._break("I1", "a document of ours was made without a marker")
            return
        self.made[marker[0]] += 1
        if self.made[marker[0]] > 1 and marker[0] not in self.forgiven:
            self._break("I1", f"{marker[0]} was made {self.made[marker[0]]} times")

    def _documents(self) -> list[tuple[tuple[str, str], str]]:
        books = self._side.books
        return [
            ((kind, row.id), str(row.body.get("PrivateNote", "")))
            for kind in KINDS
            for row in books.rows(kind)
        ]

    def _break(self, law: str, what: str) -> None:
        self.broken.append(f"{law}: {what}")
