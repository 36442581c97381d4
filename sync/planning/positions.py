"""Where the money of one charge stands: its parts by bucket, each with the reason. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from mappings.progress.verdict import Rest, Verdict
from model.billing import Position
from model.decision import Decision
from model.finding import Bucket
from model.money import Money
from sync.planning import findings as say
from sync.planning.documents import billed_reason
from sync.planning.ledger import Standing
from sync.planning.table import Event, Verb
from sync.planning.views import Account, Pending

NEXT_APPLY = (
    "due; its draft is made by the next apply"  #: why something due is not billed yet: it was not applied
)
DECLINED = "declined by finance; a decision is due"
KEPT = "declined by finance, and left so by decision"
_DUE = "due; "  # how the reasons begin of what is owed, and not refused or undecided
_Part = tuple[Bucket, Money | None, str]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What becomes of an amount that is owed: the table's verb, what is under way, when the group that still gathers
    it is ready, the decision by which it was taken back, the write of it that QuickBooks refused last."""

    verb: Verb
    waiting: Pending | None
    ready_at: datetime | None
    undone: Decision | None
    refusal: Pending | None

    def reason(self, owed: Money) -> str:
        """Why it is not billed yet, in words."""
        if self.waiting is not None:
            return self.waiting.problem or "its draft is on the way"
        if self.ready_at is not None:
            return f"due; its month is billed after {self.ready_at:%Y-%m-%d %H:%M} UTC"
        if self.verb in (Verb.CREATE, Verb.UPDATE, Verb.CHANGE) and owed.minor > 0:
            return NEXT_APPLY
        if self.verb is Verb.CREATE and owed.minor < 0:
            return "due; it is taken off the next bills, as much as each can bear"
        return "due, but not written by itself: its finding says what to decide"


def waits(position: Position) -> bool:
    """Whether it is due, and yet no part of what an apply would write now."""
    return position.bucket == "held" and position.reason.startswith(_DUE) and position.reason != NEXT_APPLY


def as_answered(position: Position, asked: Collection[str]) -> Position:
    """What finance declined, in the words that fit once a person was asked: `asked` are the charges still open."""
    is_kept = position.reason == DECLINED and position.charge_key not in asked
    return replace(position, reason=KEPT) if is_kept else position


def positions(
    contract_id: str, verdict: Verdict, event: Event, now: Standing, outlook: Outlook, account: Account
) -> Iterator[Position]:
    """The parts of finished work by bucket; open work has none unless something is claimed."""
    parts = (
        *_billed(verdict, now, account),
        *_unbilled(verdict, event, now, outlook),
        *(() if verdict.rest is None else (("held", verdict.rest.amount, verdict.rest.reason),)),
    )
    for bucket, amount, reason in parts:
        yield Position(contract_id, verdict.charge_key, verdict.title, bucket, amount, reason)


def _billed(verdict: Verdict, now: Standing, account: Account) -> Iterator[_Part]:
    """What live claims carry, and what finance declined of it; a credit memo stands when its line is gone, too."""
    if now.live or now.claimed:
        yield "billed", now.claimed + now.waived, billed_reason(now, account.heads)
    if now.declined:
        zero = Money.zero(now.declined.currency)
        more = now.delta(verdict.charge.entitled) if verdict.charge else zero
        yield "held", now.declined + max(more, zero), DECLINED


def _unbilled(verdict: Verdict, event: Event, now: Standing, outlook: Outlook) -> Iterator[_Part]:
    """What is owed beside that, or why the work is not billed."""
    if event is Event.UNDONE and not now.live and outlook.undone is not None:
        owed = verdict.amount if verdict.charge is None else now.delta(verdict.charge.entitled)
        yield "held", owed, say.taken_back(outlook.undone)
    elif event in (Event.NEW, Event.UP) and verdict.charge is not None:
        owed = now.delta(verdict.charge.entitled)
        if outlook.refusal is not None and outlook.waiting is None:
            yield "failed", owed, outlook.refusal.problem
        else:
            yield "held", owed, outlook.reason(owed)
    elif event in (Event.HELD, Event.HIDDEN) and not now.live and not now.declined:
        yield "held", verdict.amount, verdict.reason
    elif event is Event.EXCLUDED and not now.live:
        yield "excluded", verdict.amount, verdict.reason


def unbilled_rest(verdict: Verdict, now: Standing) -> Rest | None:
    """What a limit holds back, less what of it was billed before the limit was lowered: that counts as billed."""
    if verdict.rest is None or verdict.charge is None:
        return verdict.rest
    beyond = now.settled - verdict.charge.entitled
    if beyond.minor <= 0:
        return verdict.rest
    left = verdict.rest.amount - beyond
    return verdict.rest._replace(amount=left) if left.minor > 0 else None
