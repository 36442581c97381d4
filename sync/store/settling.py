"""How an intent ends, inside a transaction: compared and set, its claims let go, its facts added."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, Update, or_, update

from sync.planning.intent import Job, Settlement
from sync.store.audit import note
from sync.store.claims import add_claims, end_claims
from sync.store.facts import record_facts, record_observation, touch
from sync.store.schema import attempt, document, intent, intent_claim


def settle(connection: Connection, job: Job, settlement: Settlement, now: datetime) -> bool:
    """Turn an intent into facts: claims by line id (or their end), the observation, the base copy. False when another
    process has taken it."""
    shown, untouched = settlement.shown, settlement.untouched
    if not finish(connection, job, "done", now, "settled"):
        return False
    key = job.action.document_key
    source = "answer" if untouched or settlement.answered else "read"
    sequence = record_observation(connection, key, shown, source, now)
    base = update(document).where(document.c.document_key == key)
    connection.execute(base.values(base_content=shown.content if untouched else None))
    end_claims(connection, job, sequence, now)
    add_claims(connection, job, settlement.lines, now)
    if job.action.kind != "withdraw":
        record_facts(connection, key, shown, sequence, now)
    touch(connection, job.action.contract)
    return True


def tell(connection: Connection, job: Job, state: str, problem: str | None, now: datetime) -> None:
    """An intent is in another state: the audit says so. What QuickBooks said of it may hold text of people."""
    action = job.action
    doc: dict[str, object] = {"intent": job.intent, "attempt": job.attempts}
    if job.generation is not None:
        digest = hashlib.sha256(job.generation.request.body).hexdigest()
        doc |= {"request_id": job.generation.request_id, "body": digest}
    note(connection, f"write.{state}", action.contract, action.document_key, doc, now, private=problem)


def guarded(job: Job, states: tuple[str, ...]) -> Update:
    """The compare-and-set of every write on an intent."""
    return update(intent).where(
        intent.c.seq == job.intent,
        intent.c.attempts == job.attempts,
        intent.c.fence == job.fence,
        intent.c.state.in_(states),
    )


def finish(
    connection: Connection,
    job: Job,
    state: str,
    now: datetime,
    outcome: str,
    problem: str | None = None,
    hint: str | None = None,
) -> bool:
    """End an intent and let go of what it claims; False when another process has taken it."""
    ended = guarded(job, ("todo", "sending", "unknown", "parked")).values(
        state=state, finished_at=now, problem=problem, hint=hint
    )
    if connection.execute(ended).rowcount != 1:
        return False
    connection.execute(
        update(intent_claim).where(intent_claim.c.intent == job.intent).values(finished_at=now)
    )
    record_outcome(connection, job, outcome, problem, now)
    tell(connection, job, state, problem, now)
    return True


def record_outcome(connection: Connection, job: Job, outcome: str, detail: str | None, now: datetime) -> None:
    """What became of the last try, where nobody knew yet."""
    last = attempt.c.intent == job.intent, attempt.c.number == job.attempts
    connection.execute(
        update(attempt)
        .where(*last, or_(attempt.c.outcome.is_(None), attempt.c.outcome == "unknown"))
        .values(outcome=outcome, detail=detail, finished_at=now)
    )
