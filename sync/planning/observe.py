"""What an observation of a document means for the ledger: which claims finance ended or reduced. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from model.billing import Claim, Document, DocumentState
from model.money import Money, total

GONE = frozenset({DocumentState.VOIDED, DocumentState.DELETED})  #: nothing of it is left
ENDED = GONE | {DocumentState.REJECTED, DocumentState.EXPIRED}  #: it bills nothing any more


@dataclass(frozen=True, slots=True)
class PutOff:
    """What people put off of a claim that finance reduced: so much less is claimed, and owed on another document."""

    amount: Money
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class LineClaim:
    """A live claim with the line that carries it."""

    claim: Claim
    line_id: str
    round: int = 1  #: counts how often the charge came back to this document
    followed: bool = False  #: it came from an estimate to an invoice, or back
    put_off: PutOff | None = None
    moved_from: str = ""  #: the estimate that it came from
    ahead: Money | None = None  #: what claims before it take of a line that they share
    behind: Money | None = None  #: and those after it

    @property
    def is_elsewhere(self) -> bool:
        """Whether all of it went on to another document."""
        return self.followed and not self.claim.amount


@dataclass(frozen=True, slots=True)
class Ended:
    """Finance ended this claim: its document or its line is gone."""

    claim: Claim
    reason: str

    @property
    def by(self) -> Literal["withdrawn", "declined"]:
        """What it ends as: a credit that finance took back blocks nothing."""
        return "withdrawn" if self.claim.is_credit else "declined"


@dataclass(frozen=True, slots=True)
class Waived:
    """Finance bills `amount` less for this claim than when last seen, or more when it is negative (up to what we
    claimed); theirs stands."""

    claim: Claim
    amount: Money


@dataclass(frozen=True, slots=True)
class Restored:
    """Finance bills `amount` again of what was put off: it is claimed here once more, and owed nowhere else."""

    claim: Claim
    amount: Money
    share: Decimal | None


Fact = Ended | Waived | Restored
SHARE_DIGITS = Decimal("1E-9")  #: what a part of a percent is kept to; its rest stays with the other part


#: States of an estimate that wait for an answer, which its last day ends.
_OPEN = frozenset({DocumentState.DRAFT, DocumentState.EDITED, DocumentState.QUEUED, DocumentState.SENT})
_WHOSE_DAY = timedelta(days=1)


def as_of(shown: Document, now: datetime) -> Document:
    """`shown` as it stands at `now`: an estimate that nobody answered expires with its last day. A day more is given,
    so that the day is over wherever the company and its client are."""
    over = shown.expires_on is not None and shown.expires_on < (now - _WHOSE_DAY).date()
    return replace(shown, state=DocumentState.EXPIRED) if over and shown.state in _OPEN else shown


def derive_state(shown: Document, base_content: str | None) -> DocumentState:
    """The state of a document by what is shown and our last written copy (billing.md §6).

    Without a base copy (an adopted document that was already changed) nothing proves it untouched.
    """
    if shown.state is DocumentState.DRAFT and shown.content != base_content:
        return DocumentState.EDITED
    return shown.state


def is_taken_back(shown: Document) -> bool:
    """Whether it is as our own withdrawal leaves it: an invoice voided, an estimate rejected."""
    wanted = DocumentState.REJECTED if shown.kind == "estimate" else DocumentState.VOIDED
    return shown.state is wanted


def facts_from(
    shown: Document, claims: Sequence[LineClaim], elsewhere: Mapping[tuple[str, str], Money] | None = None
) -> tuple[Fact, ...]:
    """The new facts in `shown` about our live claims on it. The same observation twice gives none. `elsewhere` is
    what of a line of an estimate its invoices claim, by charge and payer."""
    if shown.state in ENDED:
        reason = f"{shown.state.value} in QuickBooks"
        return tuple(Ended(entry.claim, reason) for entry in claims)
    lines = _amounts(shown)
    facts: list[Fact] = []
    for entry in claims:
        if entry.line_id not in lines:
            facts.append(Ended(entry.claim, "our line was removed in QuickBooks"))
            continue
        shows, ours = lines[entry.line_id], entry.claim.amount
        before = entry.claim.waived or Money.zero(ours.currency)
        gone_over = (elsewhere or {}).get((entry.claim.charge_key, entry.claim.payer), ours - ours)
        if shows is None:
            continue
        shows -= gone_over + (entry.ahead or ours - ours)
        let_go = nearer(ours - shows, ours)
        if let_go != before:
            facts.append(Waived(entry.claim, let_go - before))
        more = shows - (entry.behind or ours - ours) - ours
        if entry.put_off is not None and (back := nearer(more, entry.put_off.amount)):
            facts.append(Restored(entry.claim, back, _part(entry.put_off, back)))
    return tuple(facts)


def sharing(entries: Sequence[LineClaim]) -> tuple[LineClaim, ...]:
    """Live claims on one document in their order, each with what the others take of its line: finance may have made
    one line of several."""
    by_line: dict[str, list[Money]] = {}
    for entry in entries:
        by_line.setdefault(entry.line_id, []).append(entry.claim.amount)
    passed = dict.fromkeys(by_line, 0)
    return tuple(_with_neighbours(entry, by_line[entry.line_id], passed) for entry in entries)


def _with_neighbours(entry: LineClaim, amounts: Sequence[Money], passed: dict[str, int]) -> LineClaim:
    at, currency = passed[entry.line_id], entry.claim.amount.currency
    passed[entry.line_id] = at + 1
    if len(amounts) < 2:
        return entry
    return replace(entry, ahead=total(amounts[:at], currency), behind=total(amounts[at + 1 :], currency))


def nearer(amount: Money, limit: Money) -> Money:
    """`amount` between nothing and `limit`, whichever way that lies: a line below nothing counts downwards."""
    zero = Money.zero(limit.currency)
    return min(max(amount, min(zero, limit)), max(zero, limit))


def _part(put_off: PutOff, back: Money) -> Decimal | None:
    if put_off.share is None or back == put_off.amount:
        return put_off.share
    return (put_off.share * back.minor / put_off.amount.minor).quantize(SHARE_DIGITS)


def _amounts(shown: Document) -> dict[str, Money | None]:
    """What each line bills, by its id; a line of a credit memo bills less than nothing."""
    gives_back = shown.kind == "credit_memo"
    return {
        line.id: -line.amount if gives_back and line.amount is not None else line.amount
        for line in shown.lines
    }
