"""A history under a contract of every term, deed by deed, and what holds of its money after every run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from hypothesis import note
from mix_contracts import EPICS, LAST, Deed, Mix
from sync_bench import ZONE, WatchedBooks

from mappings.contract.calendar import Clock
from mappings.contract.rules import Contract
from mappings.money.release_moments import released_share
from mappings.progress.claimed import VALUE, kind_of, settled
from mappings.progress.verdict import Verdict
from model.billing import Document, DocumentState
from model.money import Money, total
from sync.planning.deposits import deposit_of
from sync.planning.observe import GONE
from sync.planning.views import Account


class Seen(NamedTuple):
    """A contract as its last run left it."""

    contract: Contract
    verdicts: Sequence[Verdict]
    account: Account


class House(Protocol):
    """Where a history is played: everything that hears its sentences, with the books in memory."""

    now: datetime
    told: list[str]

    @property
    def books(self) -> WatchedBooks:
        """What finance works on."""
        ...

    @property
    def seen(self) -> Seen:
        """What the last run saw at its end."""
        ...

    def hear(self, line: str, /) -> None:
        """Let happen what a line says."""
        ...


def story_of(mix: Mix) -> dict[str, object]:
    """The words of a story under such a contract."""
    work = [{"epic": key, "label": "works", "Pct": "14.2857", "Amt": "77", "Acc": "0"} for key in EPICS]
    return {"contract": mix.text, "work": [*work, {"epic": LAST}], "fields": ["Pct", "Amt", "Acc"]}


class Mixed:
    """A contract under way. `before` are the sums of the last run, for what only events since may have exceeded."""

    def __init__(self, house: House, mix: Mix) -> None:
        self.house, self.mix = house, mix
        self.closed: set[str] = set()
        self.before: dict[str, int] = {}
        self.hear("2026-02-01 Milepost applies")

    def hear(self, sentence: str) -> None:
        """Let it happen; a failing example shows the whole story."""
        note(sentence)
        self.house.hear(sentence)
        for told in self.house.told:
            note(f"    {told}")
        if sentence.endswith("applies"):
            self._check()

    def act(self, deed: Deed) -> None:
        """One deed, as far as it can be done now."""
        self.house.now += timedelta(days=deed.days)
        said = self._team(deed) if deed.hand in ("close", "reopen", "price") else self._finance(deed)
        if said:
            self.hear(said)
        if deed.runs:
            self.hear("Milepost applies")

    def _team(self, deed: Deed) -> str:
        keys = EPICS if deed.hand == "price" else (*EPICS, LAST)
        key = keys[deed.which % len(keys)]
        match deed.hand:
            case "close" if key not in self.closed:
                self.closed.add(key)
                return f"{key} is closed"
            case "reopen" if key in self.closed:
                self.closed.remove(key)
                return f"{key} is reopened"
            case "price":
                much = min(deed.much, {"Pct": 30, "Acc": 100}.get(self.mix.field, deed.much))
                return f'{key} gets {self.mix.field} "{much}"'
        return ""

    def _finance(self, deed: Deed) -> str:
        documents = [each for each in self.house.books.documents() if each.state not in GONE]
        if not documents or deed.hand == "wait":
            return ""
        document = documents[deed.which % len(documents)]
        number, out = 1000 + int(document.external_id), document.state is DocumentState.PAID
        match deed.hand:
            case "send" if not out:
                return f"finance sends {number}"
            case "pay" if document.balance.minor > 0:
                part = f"{document.balance.times(Fraction(1, 2)).decimal:f} " if deed.much % 2 else ""
                return f"finance receives {part}on {number}"
            case "void" | "delete" if not out:
                return f"finance {deed.hand}s {number}"
            case "lower" if not out:
                return self._lower(deed, document, number)
        return ""

    def _lower(self, deed: Deed, document: Document, number: int) -> str:
        """A line lowered, no further than that the invoice stays above nothing."""
        line = document.lines[deed.much % len(document.lines)]
        assert line.amount is not None
        step = min(Money.of("7", line.amount.currency), document.total, line.amount)
        if step.minor <= 0:
            return ""
        return f"finance changes line {line.id} of {number} to {(line.amount - step).decimal:f}"

    def _check(self) -> None:
        seen = self.house.seen
        sums = _settled(seen.account, self.mix.currency)
        for name, found, most in _bounded(self.mix, seen):
            # What was billed before its bound was lowered stays; a run adds nothing to it.
            assert found.minor <= max(most.minor, self.before.get(name, 0)), (name, found, most)
            sums[name] = found.minor
        self.before = sums
        for verdict in seen.verdicts:
            if verdict.parts and verdict.charge is not None:
                parts = [part.entitled for part in verdict.parts]
                assert total(parts, self.mix.currency) == verdict.charge.entitled, verdict.charge_key

    def rest(self) -> None:
        """Without any event a run does nothing: neither to a document nor beside one."""
        shown, posts = self.house.books.documents(), self.house.books.posts
        self.hear("Milepost applies")
        assert (self.house.books.documents(), self.house.books.posts) == (shown, posts)

    def end(self) -> None:
        """All is finished, every day has come: what is withheld is let go, but for what finance would not have."""
        for key in (*EPICS, LAST):
            if key not in self.closed:
                self.hear(f"{key} is closed")
        self.house.now += timedelta(days=400)
        self.hear("Milepost applies")
        contract, verdicts, account = self.house.seen
        if released_share(contract, verdicts, Clock(ZoneInfo(ZONE), self.house.now)) < 100:
            return
        for payer in {claim.payer for claim in account.claims}:
            own = [
                each
                for each in account.claims
                if each.payer == payer and kind_of(each.charge_key) == "release"
            ]
            released, withheld = _released(account, payer, self.mix.currency)
            assert released >= withheld or any(each.ended == "declined" for each in own), (
                payer,
                released,
                withheld,
            )


def _settled(account: Account, currency: str) -> dict[str, int]:
    """What each charge has had of each payer, also those whose work is open again."""
    found: defaultdict[str, int] = defaultdict(int)
    for claim in account.claims:
        found[f"{claim.charge_key} of {claim.payer}"] += settled([claim], currency).minor
    return found


def _bounded(mix: Mix, seen: Seen) -> Iterator[tuple[str, Money, Money]]:
    """What has a bound: its name, the sum by the ledger, and the most that it may be."""
    contract, account, currency = seen.contract, seen.account, mix.currency
    fees = [claim for claim in account.claims if kind_of(claim.charge_key) == "fee"]
    if mix.rule_cap is not None:
        yield "rule cap", settled((each for each in fees if each.rule == "works"), currency), mix.rule_cap
    if contract.cap is not None:
        capped = (each for each in account.claims if kind_of(each.charge_key) in VALUE)
        yield "contract cap", settled(capped, currency), contract.cap
    if contract.value is not None:
        percents = (each for each in fees if each.share is not None)
        remaining = [order.value for order in contract.orders if order.applies == "remaining"]
        yield "percents", settled(percents, currency), total([contract.value, *remaining], currency)
    had = _settled(account, currency)
    for verdict in seen.verdicts:
        for each in verdict.parts or ((verdict.charge,) if verdict.charge else ()):
            if kind_of(each.key) in ("fee", "deposit", "release"):
                name = f"{each.key} of {each.payer}"
                yield name, Money(had.get(name, 0), currency), each.entitled
    for payer in {claim.payer for claim in account.claims}:
        deposit = deposit_of(contract, account, payer)
        yield f"drawn of {payer}", deposit.drawn, deposit.received
        yield f"released to {payer}", *_released(account, payer, currency)


def _released(account: Account, payer: str, currency: str) -> tuple[Money, Money]:
    """What was released to a payer, and what is withheld of its bills: the difference is held."""
    own = [claim for claim in account.claims if claim.payer == payer]
    withheld = [
        claim.net for claim in own if claim.ended is None and kind_of(claim.charge_key) == "retainage"
    ]
    released = settled((claim for claim in own if kind_of(claim.charge_key) == "release"), currency)
    return released, -total(withheld, currency)


def play(house: House, mix: Mix, history: Sequence[Deed]) -> None:
    """The whole history, and what holds of it."""
    mixed = Mixed(house, mix)
    for deed in history:
        mixed.act(deed)
    if not history[-1].runs:
        mixed.hear("Milepost applies")
    mixed.rest()
    mixed.end()
