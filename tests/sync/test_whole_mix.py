"""Every term of a contract at once, under random hands of team and finance: what holds of its money after every run.

The engine is the real one, over a store, a tracker and books in memory. A long run: MILEPOST_EXAMPLES=2000.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from hypothesis import HealthCheck, given, note, settings
from mix_contracts import EPICS, LAST, Deed, Mix, deeds, mixes
from story_scene import Scene

from mappings.progress.claimed import VALUE, kind_of, settled
from model.billing import Document, DocumentState
from model.money import Money, total
from sync.assess import Assessment
from sync.planning.deposits import deposit_of
from sync.planning.observe import GONE
from sync.planning.views import Account
from sync.store import Store

EXAMPLES = int(os.environ.get("MILEPOST_EXAMPLES", "30"))  # a whole history each


class Mixed:
    """A contract under way. `before` are the sums of the last run, for what only events since may have exceeded."""

    def __init__(self, store: Store, folder: Path, mix: Mix) -> None:
        self.mix = mix
        work = [{"epic": key, "label": "works", "Pct": "14.2857", "Amt": "77", "Acc": "0"} for key in EPICS]
        story = {"contract": mix.text, "work": [*work, {"epic": LAST}], "fields": ["Pct", "Amt", "Acc"]}
        self.scene = Scene(store, folder, story)
        self.closed: set[str] = set()
        self.before: dict[str, int] = {}
        self.hear("2026-02-01 Milepost applies")

    def hear(self, sentence: str) -> None:
        """Let it happen; a failing example shows the whole story."""
        note(sentence)
        self.scene.hear(sentence)
        for told in self.scene.told:
            note(f"    {told}")
        if sentence.endswith("applies"):
            self._check()

    def act(self, deed: Deed) -> None:
        """One deed, as far as it can be done now."""
        self.scene.now += timedelta(days=deed.days)
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
        documents = [each for each in self.scene.books.documents() if each.state not in GONE]
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
        assert self.scene.applied is not None
        (assessment,) = self.scene.applied.after.assessments
        account = self.scene.engine.store.accounts.account("acme", self.scene.now)
        sums = {}
        for name, found, most in _bounded(self.mix, assessment, account):
            # What was billed before its bound was lowered stays; a run adds nothing to it.
            assert found.minor <= max(most.minor, self.before.get(name, 0)), (name, found, most)
            sums[name] = found.minor
        self.before = sums
        for verdict in assessment.verdicts:
            if verdict.parts and verdict.charge is not None:
                parts = [part.entitled for part in verdict.parts]
                assert total(parts, self.mix.currency) == verdict.charge.entitled, verdict.charge_key

    def rest(self) -> None:
        """Without any event a run does nothing: neither to a document nor beside one."""
        shown, posts = self.scene.books.documents(), self.scene.books.posts
        self.hear("Milepost applies")
        assert (self.scene.books.documents(), self.scene.books.posts) == (shown, posts)


def _bounded(mix: Mix, assessment: Assessment, account: Account) -> Iterator[tuple[str, Money, Money]]:
    """What has a bound: its name, the sum by the ledger, and the most that it may be."""
    contract, currency = assessment.contract, mix.currency
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
    for verdict in assessment.verdicts:
        if verdict.charge is not None and kind_of(verdict.charge_key) in ("fee", "deposit", "release"):
            claims = [each for each in account.claims if each.charge_key == verdict.charge_key]
            yield verdict.charge_key, settled(claims, currency), verdict.charge.entitled
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


@settings(
    max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(mix=mixes(), history=deeds)
def test_whatever_happens_the_money_holds_and_comes_to_rest(
    quick_stores: Callable[[], Store], tmp_path: Path, mix: Mix, history: list[Deed]
) -> None:
    mixed = Mixed(quick_stores(), tmp_path, mix)
    for deed in history:
        mixed.act(deed)
    if not history[-1].runs:
        mixed.hear("Milepost applies")
    mixed.rest()
