"""Claims as rows: folded when they are read, added and ended when an intent is settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, select

from model.billing import Claim, Leaf
from model.money import Money
from sync.planning.actions import ClaimStep
from sync.planning.intent import Job
from sync.planning.observe import LineClaim, PutOff
from sync.planning.views import QUEUED
from sync.store.audit import record
from sync.store.codec import decode
from sync.store.rows import AnyRow
from sync.store.schema import claim, claim_end, document, intent, intent_claim, revival, waiver

CREDIT = "credit"  #: the origin of what a credit memo of ours gives back
GIVEN = "given"  #: that of what finance gave back of its own accord
DEFERRED = "deferred"  #: that of a step down by a decision, and of one up again by finance
FOLLOWED = "followed"  #: the origin of a step that goes with an estimate to its invoice, or back
#: The steps of writes under way, each with its intent's contract, document and moment.
STEPS_UNDER_WAY = (
    select(intent_claim, intent.c.contract, intent.c.document_key, intent.c.made_at)
    .join(intent, intent.c.seq == intent_claim.c.intent)
    .where(intent.c.finished_at.is_(None), intent.c.state.not_in(QUEUED))
)
_CLAIMS = (
    select(claim, document.c.kind.label("document_kind"))
    .outerjoin(document, document.c.document_key == claim.c.document_key)
    .order_by(claim.c.seq)
)
_BESIDE = {
    facts.name: select(facts).join(claim, claim.c.document_key == facts.c.document_key).distinct()
    for facts in (claim_end, revival, waiver)
}
_Key = tuple[str, str, str | None, int]  # charge, payer, document, round


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a claim, as it was billed at that moment: an update is a step of its difference."""

    contract: str
    payer: str
    charge_key: str
    document_key: str
    amount: Money
    recorded_at: datetime


def steps_since(connection: Connection, since: datetime) -> Iterator[Step]:
    """What we billed since then and did not withdraw, settled and under way."""
    end = claim_end.c
    withdrawn = select(end.seq).where(
        end.charge_key == claim.c.charge_key,
        end.payer == claim.c.payer,
        end.document_key == claim.c.document_key,
        end.round == claim.c.round,
        end.ended == "withdrawn",
    )
    settled = select(claim).where(
        claim.c.recorded_at > since, claim.c.origin.in_(("posted", CREDIT)), ~withdrawn.exists()
    )
    for row in connection.execute(settled):
        yield _billed(row, row.recorded_at)
    for row in connection.execute(STEPS_UNDER_WAY):
        yield _billed(row, row.made_at)


def _billed(row: AnyRow, at: datetime) -> Step:
    amount = Money(row.amount, row.currency)
    return Step(row.contract, row.payer, row.charge_key, row.document_key, amount, at)


def folded_claims(connection: Connection, where: Any) -> list[LineClaim]:
    """Claim rows folded per charge, payer and document: an update adds a signed step to the same claim."""
    rows = connection.execute(_CLAIMS.where(where)).all()
    if not rows:
        return []
    ends = {_key(row): row for row in _beside(connection, claim_end, where)}
    may_be_revived = ends or any(row.origin == GIVEN for row in rows)
    revived = {_key(row) for row in _beside(connection, revival, where)} if may_be_revived else set[_Key]()
    waived: dict[_Key, int] = {}
    for row in _beside(connection, waiver, where):
        waived[_key(row)] = waived.get(_key(row), 0) + row.amount
    folded: dict[_Key, LineClaim] = {}
    for row in rows:
        key = _key(row)
        step = _step(folded.get(key), row, ends.get(key), waived.get(key))
        folded[key] = _revived(step) if key in revived else step
    return list(folded.values())


def _beside(connection: Connection, facts: Table, where: Any) -> Sequence[AnyRow]:
    """The facts of one table about the documents that have such claims."""
    return connection.execute(_BESIDE[facts.name].where(where)).all()


def standing_claims(connection: Connection, where: Any) -> list[LineClaim]:
    """The folded claims but for those that went on to an invoice altogether."""
    return [entry for entry in folded_claims(connection, where) if not entry.is_elsewhere]


def _revived(entry: LineClaim) -> LineClaim:
    if entry.claim.given:
        return replace(entry, claim=replace(entry.claim, given=False))
    return replace(entry, claim=replace(entry.claim, ended="withdrawn", revived=True))


def _key(row: AnyRow) -> _Key:
    """A claim's identity: its charge and payer on one document, counted anew each time it came back there."""
    return (row.charge_key, row.payer, row.document_key, row.round)


def _step(before: LineClaim | None, row: AnyRow, end: AnyRow | None, waived: int | None) -> LineClaim:
    amount, share = Money(row.amount, row.currency), row.share
    if before is not None:
        amount = before.claim.amount + amount
        share = (before.claim.share or Decimal(0)) + share if share is not None else before.claim.share
    folded = Claim(
        charge_key=row.charge_key,
        payer=row.payer,
        document_key=row.document_key,
        amount=amount,
        share=share,
        rule_version=row.rule_version,
        recorded_at=row.recorded_at,
        leaves=decode(row.leaves, tuple[Leaf, ...]),
        ended=None if end is None else end.ended,
        ended_at=None if end is None else end.recorded_at,
        waived=None if waived is None else Money(waived, row.currency),
        rule=row.rule,
        document_kind=row.document_kind or "invoice",
        corrects=row.corrects or "",
        given=row.origin == GIVEN,
        line_id=row.line_id,
    )
    put_off = before.put_off if before is not None else None
    if row.origin == DEFERRED:
        put_off = more_put_off(
            put_off, -Money(row.amount, row.currency), None if row.share is None else -row.share
        )
    moved_from = row.moved_from or (before.moved_from if before is not None else "")
    return LineClaim(folded, row.line_id, row.round, row.origin == FOLLOWED, put_off, moved_from)


def more_put_off(before: PutOff | None, amount: Money, share: Decimal | None) -> PutOff | None:
    """What is put off after one more step; None when finance has put all of it back."""
    if before is not None:
        amount = before.amount + amount
        share = (before.share or Decimal(0)) + share if share is not None else before.share
    return PutOff(amount, share) if amount else None


def step_down(
    connection: Connection, entry: LineClaim, amount: Money, share: Decimal | None, at: datetime
) -> None:
    """A step of a claim down by what is put off of it: `amount` with the percent that goes with it. Below nothing it
    is a step up, by what finance put back."""
    step = {"origin": DEFERRED, "round": entry.round, "share": None if share is None else -share}
    _add_step(connection, entry, step | {"amount": -amount.minor}, at)


def stand_again(connection: Connection, entry: LineClaim, at: datetime) -> None:
    """A claim that ended as the next one on its document."""
    was = entry.claim
    step = {"origin": "linked", "share": was.share, "amount": was.amount.minor}
    step |= {"round": next_round(connection, was.charge_key, was.payer, was.document_key)}
    _add_step(connection, entry, step, at)


def _add_step(connection: Connection, entry: LineClaim, step: Mapping[str, Any], at: datetime) -> None:
    """A step of the same charge on the same line as `entry` had last."""
    name = {
        "charge_key": entry.claim.charge_key,
        "payer": entry.claim.payer,
        "document_key": entry.claim.document_key,
    }
    mine = (claim.c[column] == value for column, value in (name | {"round": entry.round}).items())
    last = connection.execute(select(claim).where(*mine).order_by(claim.c.seq.desc()).limit(1)).one()
    columns = ("contract", "line_id", "currency", "rule", "rule_version", "leaves", "inputs", "moved_from")
    kept = {column: getattr(last, column) for column in columns}
    record(connection, claim, {**name, **kept, "quantity": Decimal(0), "recorded_at": at, **step})


def add_claims(connection: Connection, job: Job, lines: Mapping[str, str], now: datetime) -> None:
    """A claim for each line that a settled intent bills; `lines` gives line ids by charge."""
    basis = {
        (row.charge_key, row.payer): row
        for row in connection.execute(select(intent_claim).where(intent_claim.c.intent == job.intent))
    }
    for step in job.action.steps():
        planned = basis[step.charge_key, step.payer]
        line_id, key = lines[step.charge_key], job.action.document_key
        own = {
            "origin": CREDIT if job.action.corrects else "posted",
            "corrects": job.action.corrects or None,
            "leaves": planned.leaves,
            "inputs": planned.inputs,
            "intent": job.intent,
        }
        record(connection, claim, billed(connection, step, job.action.contract, key, line_id, now) | own)


def billed(
    connection: Connection, step: ClaimStep, contract: str, document_key: str, line_id: str, at: datetime
) -> dict[str, Any]:
    """What every claim says of a line that stands on a document: which charge, of whom, where, and how much."""
    return {
        "charge_key": step.charge_key,
        "payer": step.payer,
        "contract": contract,
        "round": round_now(connection, step.charge_key, step.payer, document_key),
        "document_key": document_key,
        "line_id": line_id,
        "amount": step.amount.minor,
        "currency": step.amount.currency,
        "quantity": step.line.quantity,
        "share": step.share,
        "rule": step.line.rule,
        "rule_version": step.line.rule_version,
        "recorded_at": at,
    }


def round_now(connection: Connection, charge_key: str, payer: str, document_key: str) -> int:
    """The round of a step made now: that of the claim which stands on the document, the newest of several, else the
    next one."""
    rounds, over = (
        set(connection.scalars(_rounds(facts, charge_key, payer, document_key)))
        for facts in (claim, claim_end)
    )
    return max(rounds - over, default=max(rounds, default=0) + 1)


def next_round(connection: Connection, charge_key: str, payer: str, document_key: str) -> int:
    """The round of a claim that comes to the document anew, whatever else of its charge stands there."""
    return max(connection.scalars(_rounds(claim, charge_key, payer, document_key)), default=0) + 1


def _rounds(facts: Table, charge_key: str, payer: str, document_key: str) -> Any:
    mine = facts.c.charge_key == charge_key, facts.c.payer == payer
    return select(facts.c.round).where(*mine, facts.c.document_key == document_key).distinct()


def end_claims(connection: Connection, job: Job, observation: int, now: datetime) -> None:
    """End as withdrawn what the action takes back: every claim on the document, or those of removed lines."""
    key, removed = job.action.document_key, [each.charge_key for each in job.action.removals]
    charges = select(claim.c.charge_key, claim.c.payer, claim.c.round).where(claim.c.document_key == key)
    if job.action.kind != "withdraw":
        charges = charges.where(claim.c.charge_key.in_(removed))
    over = select(claim_end.c.seq).where(
        claim_end.c.document_key == key,
        claim_end.c.charge_key == claim.c.charge_key,
        claim_end.c.payer == claim.c.payer,
        claim_end.c.round == claim.c.round,
    )
    for row in connection.execute(charges.where(~over.exists()).distinct()).all():
        record(
            connection,
            claim_end,
            {
                "charge_key": row.charge_key,
                "payer": row.payer,
                "document_key": key,
                "round": row.round,
                "ended": "withdrawn",
                "reason": job.action.reason,
                "observation": observation,
                "recorded_at": now,
            },
        )
