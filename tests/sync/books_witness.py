"""A witness in the books: sees them before and after each write of ours, and judges it by what finance did there.

It asks QuickBooks' own rows, never our store: whatever the product believes, this is what happened.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sandbox.quickbooks.state import Company, Json, Row

KINDS = ("Invoice", "Estimate", "CreditMemo")
Place = tuple[str, str]  #: a document: its kind and its id
Face = dict[str, object]

_COMPUTED = {"Line", "TotalAmt", "Balance", "HomeTotalAmt", "HomeBalance", "TxnTaxDetail"}
_SETTLED_BY_ITSELF = {"LinkedTxn"}  # an open credit is used up on a new invoice without anybody's hand
_WORK = re.compile(r"\bHPO-\d+")  # a number that finance gave a document may look like a key, too
_ANSWERED = {"Accepted", "Closed", "Converted", "Rejected"}


@dataclass(slots=True)
class Ours:
    """A line that we made: whose work it bills, and what of each part of it was last written by us."""

    epic: str
    face: Face
    sign: int = 1  #: a line of a credit memo gives back what it shows
    ended: bool = False  #: taken back by us, or to be billed again by decision
    deferred: Decimal = Decimal(0)  #: what of it is billed on another draft by decision

    @property
    def amount(self) -> Decimal:
        """What we bill with it, whatever finance made of it since."""
        figures = self.face["figures"]
        assert isinstance(figures, tuple)
        return self.sign * Decimal(figures[0]) - self.deferred


@dataclass(slots=True)
class Witness:
    """`ours` are all lines that we ever made, by document and line id; `writes` counts what we did there.

    `silent` are the seals that leave the version of a document as it was. No client can see one that came after it read
    the document and before its write arrived: such a write is counted as overtaken, not held against us.
    """

    books: Company
    ours: dict[Place, dict[str, Ours]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    headers: dict[Place, Json] = field(default_factory=dict)
    writes: Counter[str] = field(default_factory=Counter)
    _seen: dict[Place, Json] = field(default_factory=dict)

    def look(self) -> None:
        """A request of ours is about to arrive."""
        self._seen = self._bodies()

    def judge(self, read: Json | None = None) -> None:
        """It was served: whatever differs now is our doing. `read` is the document that it was made upon, as it was
        shown to us."""
        for place, body in self._bodies().items():
            before = self._seen.get(place)
            if before is None:
                self._note_creation(place, body)
            elif _own(before) != _own(body):
                self._judge_change(place, before, body, read)
        gone = self._seen.keys() - self._bodies().keys()
        assert not gone, f"we deleted {gone}"

    def billed(self) -> Mapping[str, Decimal]:
        """What we wrote for each epic and did not take back, whether it stands or finance ended it."""
        sums: dict[str, Decimal] = {}
        for lines in self.ours.values():
            for line in lines.values():
                if not line.ended:
                    sums[line.epic] = sums.get(line.epic, Decimal(0)) + line.amount
        return sums

    def rows(self) -> list[Row]:
        """Documents of ours and what finance made of our estimates, in the order of their ids."""
        marked = (row for kind in KINDS for row in self.books.rows(kind) if self._concerns_us(row))
        return sorted(marked, key=lambda row: int(row.id))

    def epics_on(self, row: Row) -> set[str]:
        """The work that we billed on a document, or on the estimate it was made of."""
        places = [(row.kind, row.id), *((it["TxnType"], it["TxnId"]) for it in row.body.get("LinkedTxn", ()))]
        return {ours.epic for place in places for ours in self.ours.get(place, {}).values()}

    def lines(self) -> Iterator[tuple[Row, Json, Ours]]:
        """Lines of ours that stand in the books."""
        for place, lines in self.ours.items():
            row = self.books.find(*place)
            for line in row.body["Line"] if row is not None and not is_void(row.body) else ():
                if line.get("Id") in lines:
                    yield row, line, lines[line["Id"]]

    def forgive(self, epic: str) -> None:
        """A person decided to bill again what finance ended of an epic."""
        standing = [id(ours) for _, _, ours in self.lines()]
        for lines in self.ours.values():
            for line in lines.values():
                line.ended |= line.epic == epic and id(line) not in standing

    def defer(self, epic: str) -> None:
        """A person decided to bill on the next draft what finance took off lines of an epic."""
        for _, line, ours in self.lines():
            if ours.epic == epic:
                ours.deferred += max(ours.amount - line["Amount"], Decimal(0))

    def _concerns_us(self, row: Row) -> bool:
        named = {(link["TxnType"], link["TxnId"]) for link in row.body.get("LinkedTxn", ())}
        return (row.kind, row.id) in self.ours or not named.isdisjoint(self.ours)

    def _bodies(self) -> dict[Place, Json]:
        return {(kind, row.id): deepcopy(row.body) for kind in KINDS for row in self.books.rows(kind)}

    def _note_creation(self, place: Place, body: Json) -> None:
        self.writes["credited" if place[0] == "CreditMemo" else "made"] += 1
        self.headers[place] = _header(body)
        sign = -1 if place[0] == "CreditMemo" else 1
        self.ours[place] = {line["Id"]: Ours(self._epic(line), _face(line), sign) for line in _items(body)}

    def _judge_change(self, place: Place, before: Json, after: Json, read: Json | None) -> None:
        assert place in self.ours, f"we wrote on {place}, which finance made"
        seals = _seals(before, self.books.books_closed_on)
        if seals and read is not None and seals <= self.silent - _seals(read, None):
            self.writes["overtaken"] += 1
        else:
            assert not seals, (place, seals, before, after)
        if is_void(after) or after.get("TxnStatus") == "Rejected":
            self.writes["taken back"] += 1
            self._judge_withdrawal(place, before)
            return
        self.writes["updated"] += 1
        assert _header(before) == _header(after), f"we changed the head of {place}: {before} → {after}"
        theirs = [line for line in _items(before) if line["Id"] not in self.ours[place]]
        assert [_plain(line) for line in theirs] == [
            _plain(line) for line in _items(after) if line["Id"] in {each["Id"] for each in theirs}
        ], f"we changed lines of finance on {place}"
        now = {line["Id"]: line for line in _items(after)}
        for line in _items(before):
            if line["Id"] in self.ours[place]:
                self._judge_line(self.ours[place][line["Id"]], line, now.get(line["Id"]))
        for id_ in now.keys() - {line["Id"] for line in _items(before)}:
            self.ours[place][id_] = Ours(self._epic(now[id_]), _face(now[id_]))

    def _epic(self, line: Json) -> str:
        """The work that a new line of ours bills; a credit cites the line it corrects as finance worded that."""
        if named := _WORK.search(line["Description"]):
            return named[0]
        cited = {ours.epic for _, each, ours in self.lines() if each["Description"] in line["Description"]}
        assert len(cited) == 1, line
        return cited.pop()

    def _judge_line(self, ours: Ours, before: Json, after: Json | None) -> None:
        there = _face(before)
        if after is None:
            assert there == ours.face, f"we took off a line that finance edited: {before}"
            ours.ended = True
            return
        for part, value in _face(after).items():
            if there[part] != ours.face[part]:
                assert value == there[part], (
                    f"we wrote over the {part} that finance typed: {before} → {after}"
                )
            else:
                ours.face[part] = value

    def _judge_withdrawal(self, place: Place, before: Json) -> None:
        here = {line["Id"]: _face(line) for line in _items(before)}
        mine = {id_: line.face for id_, line in self.ours[place].items() if not line.ended}
        assert here == mine, f"we took back {place}, which finance edited: {before}"
        assert _header(before) == self.headers[place], f"we took back {place}, which finance edited: {before}"
        for line in self.ours[place].values():
            line.ended = True


def is_void(body: Json) -> bool:
    """Whether it was voided, as people see it in QuickBooks."""
    return str(body.get("PrivateNote", "")).startswith("Voided")


def _seals(body: Json, closed_on: date | None) -> set[str]:
    """Why nobody but finance may write on it any more; none while we may."""
    links = {link["TxnType"] for link in body.get("LinkedTxn", ())}
    seals = {
        "voided": is_void(body),
        "paid": "Payment" in links,
        "converted": "Invoice" in links,
        "answered": body.get("TxnStatus") in _ANSWERED,
        "queued": body.get("EmailStatus") == "NeedToSend",
        "mailed": body.get("EmailStatus") == "EmailSent" or "DeliveryInfo" in body,
        "printed": body.get("PrintStatus") == "PrintComplete",
        "closed": closed_on is not None and date.fromisoformat(body["TxnDate"]) <= closed_on,
    }
    return {word for word, is_so in seals.items() if is_so}


def _own(body: Json) -> Json:
    """What a hand changed, not what follows by itself from an open credit that was used."""
    return {
        name: value
        for name, value in body.items()
        if name not in {*_SETTLED_BY_ITSELF, "Balance", "HomeBalance"}
    }


def _header(body: Json) -> Json:
    return {name: value for name, value in body.items() if name not in _COMPUTED | _SETTLED_BY_ITSELF}


def _items(body: Json) -> list[Json]:
    return [line for line in body["Line"] if line["DetailType"] != "SubTotalLineDetail"]


def _plain(line: Json) -> Json:
    return {name: value for name, value in line.items() if name != "LineNum"}


def _face(line: Json) -> Face:
    """A line in the parts that are ours to write one by one, and all the rest of it."""
    detail = dict(line.get(line["DetailType"], {}))
    figures = (line.get("Amount"), detail.pop("Qty", None), detail.pop("UnitPrice", None))
    day = detail.pop("ServiceDate", None)
    named = {"Id", "LineNum", "Amount", "Description", line["DetailType"]}
    rest = {name: value for name, value in line.items() if name not in named}
    return {"figures": figures, "text": line.get("Description"), "day": day, "rest": (rest, detail)}
