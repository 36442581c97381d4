"""What each epic should say in Jira about the documents that bill it: derived from the ledger, never stored as truth.
Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from connectors.ports import WebLink
from mappings.contract.rules import Contract
from mappings.contract.write_back import WriteBack
from mappings.progress.claimed import WORK, kind_of
from mappings.words.text import inert
from model.billing import Claim, Document, DocumentState, called
from model.finding import Finding
from model.money import Money, total
from sync.planning.observe import ENDED
from sync.planning.views import Account, Head, origin_key

Place = Literal["record", "link"]
Failure = Literal["denied", "refused"]

_RIGHTS: Mapping[Place, str] = {"link": "link issues", "record": "edit issues"}
FORMAT = 1  #: of the record; scripts compare it
_MOST = 40  # documents in a record: some 300 characters each, of 32,768 that Jira takes
_SAID = {
    "draft": "drafted",
    "edited": "drafted, edited by finance",
    "queued": "about to be sent",
    "part_paid": "paid in part",
    "declined": "taken out by finance",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that shall stand on an issue. `text` is its content, always the same for the same state: a WebLink
    at the place "link", else a record but for when it was written."""

    issue_id: str
    place: Place
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Notices of one contract that a tracker does not take, in one project (its id): how many, and why."""

    outcome: Failure
    site: str
    project: str
    place: Place
    count: int
    problem: str


@dataclass(frozen=True, slots=True)
class Offices:
    """How documents are known outside the ledger: `marker` makes the token on a document of its key, `page` its
    address in QuickBooks of its realm, kind and id (None: there is none to show)."""

    marker: Callable[[str], str]
    page: Callable[[str, str, str], str | None]


def notices(contract: Contract, account: Account, site: str, offices: Offices) -> tuple[Notice, ...]:
    """All notices of a contract on the issues of `site` (its immutable id), in order; none without `[write_back]`.

    Claims that Milepost itself took back say nothing: what stood there for them is to go.
    """
    terms = contract.write_back
    if terms is None:
        return ()
    found: list[Notice] = []
    for issue_id, bills in sorted(_by_epic(account, site, offices).items()):
        links = [
            Notice(issue_id, "link", bill.token, _text(bill.link(contract, terms))) for bill in bills.values()
        ]
        entries = [bill.entry(terms) for bill in bills.values()][-_MOST:]
        record = {"version": FORMAT, "contract": contract.id, "documents": entries}
        found += [Notice(issue_id, "record", record_name(contract.id), _text(record)), *links]
    return tuple(found)


def unsaid_findings(contract: str, unsaid: Sequence[Unsaid], keys: Mapping[str, str]) -> tuple[Finding, ...]:
    """One finding for each project that takes no notices. `keys` are the projects' keys by id."""
    found: dict[tuple[Failure, str, str], list[Unsaid]] = {}
    for each in unsaid:
        found.setdefault((each.outcome, each.site, each.project), []).append(each)
    return tuple(
        _unsaid(outcome, f"{contract}|{site}/{project}", keys.get(project, project), several)
        for (outcome, site, project), several in found.items()
    )


def _unsaid(outcome: Failure, ref: str, project: str, several: Sequence[Unsaid]) -> Finding:
    what = " and ".join(_RIGHTS[each.place] for each in several)
    if outcome == "denied":
        reason = f"the login may not {what} there, so they do not say which invoices bill them"
        hint = "Give it the right, or take [write_back] out of the contract. Billing goes on without it."
    else:
        reason = f"Jira refused {sum(each.count for each in several)} notices: {several[0].problem}"
        hint = "Correct the cause, or take [write_back] out of the contract. Billing goes on without it."
    return Finding(f"notice.{outcome}", f"epics of project {project}", reason, hint, "admin", ref)


def record_name(contract: str) -> str:
    """Under which name an issue keeps what one contract says."""
    return f"milepost.{contract}"


def link_of(text: str) -> WebLink:
    """The link that a notice's text holds."""
    return msgspec.json.decode(text, type=WebLink)


def record_of(text: str, at: datetime) -> dict[str, Any]:
    """The record that a notice's text holds, as written now."""
    record: dict[str, Any] = msgspec.json.decode(text)
    return record | {"updated_at": at.isoformat()}


@dataclass(frozen=True, slots=True)
class _Bill:
    """One document as far as it bills one epic."""

    head: Head
    shown: Document
    token: str
    page: str
    claims: list[Claim]

    @property
    def _live(self) -> list[Claim]:
        return [claim for claim in self.claims if claim.ended is None]

    @property
    def _state(self) -> str:
        if self.head.state in ENDED:
            return self.head.state.value
        if not self._live:
            return "declined"
        part = self.head.state is DocumentState.PAID and self.shown.balance.minor > 0
        return "part_paid" if part else self.head.state.value

    @property
    def _said(self) -> str:
        """Its state in a person's words."""
        if self.shown.kind == "credit_memo" and self._state == "draft":
            return "issued"
        if self._state == "edited" and origin_key(self.head.document_key) != self.head.document_key:
            return "drafted by finance from our estimate"
        return _SAID.get(self._state, self._state)

    @property
    def _money(self) -> Money:
        """What it bills, or billed until finance ended that."""
        counted = [claim.net for claim in self._live] or [claim.amount for claim in self.claims]
        return total(counted, counted[0].currency)

    def link(self, contract: Contract, terms: WriteBack) -> WebLink:
        """What people see."""
        state, number = self._state, self.shown.number or f"id {self.shown.external_id}"
        title = f"{called(self.shown.kind).capitalize()} {number}: {self._said}"
        if terms.amount:
            title = f"{title} ({self._money})"
        is_over = state in ("paid", "declined") or self.head.state in ENDED
        return WebLink(self.token, self.page, inert(title), f"contract {contract.id}", is_over)

    def entry(self, terms: WriteBack) -> Mapping[str, object]:
        """What scripts read."""
        number = self.shown.number
        money = self._money
        return {
            "document": self.head.document_key,
            "kind": self.shown.kind,
            "company": self.head.realm,
            "id": self.shown.external_id,
            "number": None if number is None else inert(number),
            "state": self._state,
            "charges": sorted({claim.charge_key for claim in self.claims}),
        } | ({"amount": str(money.decimal), "currency": money.currency} if terms.amount else {})


def _by_epic(account: Account, site: str, offices: Offices) -> dict[str, dict[str, _Bill]]:
    """By the id of the epic and the key of the document, oldest claim first."""
    found: dict[str, dict[str, _Bill]] = {}
    for claim in _telling(account.claims):
        epic, head = _epic_of(claim.charge_key, site), account.heads.get(claim.document_key)
        if epic is None or head is None or head.shown is None:
            continue
        page = offices.page(head.realm, head.shown.kind.replace("_", ""), head.shown.external_id)
        if page is not None:
            token = f"milepost:{offices.marker(head.document_key).strip('[]')}"
            bill = _Bill(head, head.shown, token, page, [])
            found.setdefault(epic, {}).setdefault(head.document_key, bill).claims.append(claim)
    return found


def _telling(claims: Iterable[Claim]) -> Iterable[Claim]:
    return (each for each in claims if each.ended != "withdrawn" and kind_of(each.charge_key) in WORK)


def _epic_of(charge_key: str, site: str) -> str | None:
    """The epic that a charge is for, if it is one of this site."""
    place, _, issue_id = charge_key.split("|")[1].rpartition("/")
    return issue_id if place == f"{site}/epic" else None


def _text(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()
