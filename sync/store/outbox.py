"""The outbox: intents before they are sent, and facts once they are settled.

Every public method is one transaction, and every write on an intent compares its attempt number and fence:
what another process has taken over in between is left to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, and_, bindparam, func, insert, or_, select, true, update

from connectors.ports import WriteRequest
from sync.planning.actions import Action
from sync.planning.intent import Generation, Job, Postponement, Settlement
from sync.planning.views import QUEUED
from sync.store.codec import decode
from sync.store.database import reading, writing
from sync.store.facts import record_last_facts, touch
from sync.store.jobs import intents, job_of, store_generation
from sync.store.schema import (
    attempt,
    intent,
    lease,
)
from sync.store.settling import finish, guarded, record_outcome, settle, tell

_STATES = select(intent.c.state, func.count()).where(intent.c.finished_at.is_(None)).group_by(intent.c.state)
_OPEN = (
    select(intent.c.seq).where(intent.c.realm == bindparam("realm"), intent.c.finished_at.is_(None)).limit(1)
)
_ENDED = "the process that was sending it ended before the answer came"


class OutboxStore:
    """Reads and writes the intents of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reclaim(self, realm: str, fence: int, settle: timedelta, now: datetime) -> int:
        """Make unknown what an earlier owner of the lease left in `sending`. Returns how many."""
        orphans = select(intent.c.seq, intent.c.attempts).where(
            intent.c.realm == realm, intent.c.state == "sending", intent.c.fence < fence
        )
        with writing(self._engine) as connection:
            rows = connection.execute(orphans).all()
            for row in rows:
                last = and_(attempt.c.intent == row.seq, attempt.c.number == row.attempts)
                send_by = connection.execute(select(attempt.c.send_by_at).where(last)).scalar_one()
                connection.execute(
                    update(intent)
                    .where(intent.c.seq == row.seq)
                    .values(
                        state="unknown",
                        fence=fence,
                        not_before_at=now,
                        settled_after_at=send_by + settle,
                        problem=_ENDED,
                        hint="It is looked up in QuickBooks before anything is sent again.",
                    )
                )
                orphan = connection.execute(intents().where(intent.c.seq == row.seq)).one()
                tell(connection, job_of(connection, orphan), "unknown", _ENDED, now)
        return len(rows)

    def has_work(self, realm: str) -> bool:
        """Whether anything of the company is unfinished, due or not."""
        with reading(self._engine) as connection:
            return connection.scalar(_OPEN, {"realm": realm}) is not None

    def queued(self, realm: str | None = None, by: datetime | None = None) -> frozenset[str]:
        """Contracts with writes that wait to be sent: to one company or any, due `by` then or whenever."""
        mine = [intent.c.state == "todo", intent.c.finished_at.is_(None)]
        mine += [intent.c.realm == realm] if realm is not None else []
        mine += [intent.c.not_before_at <= by] if by is not None else []
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(select(intent.c.contract).where(*mine).distinct()))

    def due(
        self,
        realm: str,
        now: datetime,
        besides: frozenset[int] = frozenset(),
        unconfirmed: frozenset[str] = frozenset(),
    ) -> Job | None:
        """The first intent of the company that may be worked on now, `besides` those that are; of contracts that are
        `unconfirmed` only what may have been sent, to be looked for."""
        ready = intent.c.not_before_at <= now, intent.c.state.in_(("todo", "unknown", "parked"))
        query = (
            intents()
            .where(intent.c.realm == realm, intent.c.finished_at.is_(None), *ready)
            .where(intent.c.seq.not_in(besides), _may_be_sent(unconfirmed))
            .order_by(intent.c.not_before_at, intent.c.seq)
            .limit(1)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
            return None if row is None else job_of(connection, row)

    def next_due_at(self, realm: str, unconfirmed: frozenset[str] = frozenset()) -> datetime | None:
        """When the next waiting intent of the company may be worked on, or None; see `due`."""
        waiting = intent.c.state.in_(("todo", "unknown")), intent.c.finished_at.is_(None)
        mine = intent.c.realm == realm, _may_be_sent(unconfirmed)
        with reading(self._engine) as connection:
            query = select(func.min(intent.c.not_before_at)).where(*mine, *waiting)
            at: datetime | None = connection.scalar(query)
            return at

    def unfinished(self) -> Mapping[str, int]:
        """How many intents are in each unfinished state."""
        with reading(self._engine) as connection:
            return {state: int(count) for state, count in connection.execute(_STATES)}

    def waiting_since(self) -> Mapping[str, datetime]:
        """When the oldest intent in each unfinished state was made."""
        oldest = select(intent.c.state, func.min(intent.c.made_at).label("oldest")).where(
            intent.c.finished_at.is_(None)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(oldest.group_by(intent.c.state)).all()
        return {row.state: row.oldest for row in rows}

    def giving_back(self, realm: str) -> dict[str, dict[int, datetime | None]]:
        """The unfinished intents of a company that make a fee less, by contract, with when each was sent last; None
        for those of which nothing came yet."""
        sent = (
            select(func.max(attempt.c.started_at)).where(attempt.c.intent == intent.c.seq).scalar_subquery()
        )
        query = intents().add_columns(sent.label("sent_at"))
        found: dict[str, dict[int, datetime | None]] = {}
        with reading(self._engine) as connection:
            for row in connection.execute(
                query.where(intent.c.realm == realm, intent.c.finished_at.is_(None))
            ):
                if decode(row.action, Action).gives_back:
                    sent_at = None if row.state in QUEUED else row.sent_at
                    found.setdefault(row.contract, {})[row.seq] = sent_at
        return found

    def unfinished_on(self, document_key: str) -> Job | None:
        """The intent under way on a document."""
        mine = intent.c.document_key == document_key, intent.c.finished_at.is_(None)
        with reading(self._engine) as connection:
            row = connection.execute(intents().where(*mine)).first()
            return None if row is None else job_of(connection, row)

    def add_generation(
        self, job: Job, request_id: str, request: WriteRequest, base: str | None, now: datetime
    ) -> Job | None:
        """Store new bytes for an intent before they are sent; None when another process has taken it."""
        number = job.generations + 1
        with writing(self._engine) as connection:
            present = 0 if job.generation is None else job.generation.number
            taken = guarded(job, ("todo",)).where(intent.c.generation == present).values(generation=number)
            if connection.execute(taken).rowcount != 1:
                return None
            made = Generation(number, request_id, request, base, now)
            store_generation(connection, job, made)
            row = connection.execute(intents().where(intent.c.seq == job.intent)).one()
            return job_of(connection, row)

    def begin(self, job: Job, fence: int, send_by: datetime, now: datetime) -> Job | None:
        """Claim an intent for one try, durably, before its first byte leaves. None: the lease or it was lost."""
        if job.generation is None:
            raise ValueError(f"intent {job.intent} has no bytes to send")
        held = select(lease.c.fence).where(lease.c.name == lease_name(job.realm)).scalar_subquery()
        with writing(self._engine) as connection:
            taken = (
                guarded(job, ("todo", "unknown"))
                .where(held == fence)
                .values(state="sending", attempts=job.attempts + 1, fence=fence, not_before_at=now)
            )
            if connection.execute(taken).rowcount != 1:
                return None
            connection.execute(
                insert(attempt),
                {
                    "intent": job.intent,
                    "number": job.attempts + 1,
                    "generation": job.generation.number,
                    "fence": fence,
                    "started_at": now,
                    "send_by_at": send_by,
                },
            )
            begun = job_of(connection, connection.execute(intents().where(intent.c.seq == job.intent)).one())
            tell(connection, begun, "sending", None, now)
            return begun

    def settle(self, job: Job, settlement: Settlement, now: datetime) -> bool:
        """Turn an intent into facts, see `settling.settle`."""
        with writing(self._engine) as connection:
            return settle(connection, job, settlement, now)

    def postpone(self, job: Job, why: Postponement, now: datetime) -> bool:
        """Leave an intent for later: nothing was sent (todo), or its outcome is unknown."""
        with writing(self._engine) as connection:
            later = guarded(job, ("todo", "sending", "unknown", "parked")).values(
                state=why.state,
                not_before_at=why.not_before_at,
                settled_after_at=why.settled_after_at,
                problem=why.problem,
                hint=why.hint,
            )
            if connection.execute(later).rowcount != 1:
                return False
            record_outcome(connection, job, why.state, why.problem, now)
            tell(connection, job, why.state, why.problem, now)
        return True

    def close(self, job: Job, state: str, problem: str, hint: str, now: datetime) -> bool:
        """End an intent without effect: `refused` by QuickBooks, or `dropped` because the books moved first."""
        with writing(self._engine) as connection:
            if not finish(connection, job, state, now, state, problem, hint):
                return False
            record_last_facts(connection, job.action.document_key, now)
            touch(connection, job.action.contract)
        return True

    def absent(self, job: Job, now: datetime) -> bool:
        """It is proved that nothing came of it. Whether it is still wanted, the next plan says."""
        with writing(self._engine) as connection:
            proved = guarded(job, ("unknown",)).values(state="absent", settled_after_at=None, problem=None)
            if connection.execute(proved).rowcount != 1:
                return False
            tell(connection, job, "absent", None, now)
            touch(connection, job.action.contract)
        return True

    def look_later(self, job: Job, at: datetime) -> None:
        """Leave a parked intent as it is until `at`."""
        with writing(self._engine) as connection:
            connection.execute(guarded(job, ("parked",)).values(not_before_at=at))

    def hurry(self, now: datetime) -> None:
        """The clock was set back: what waits for a moment of the old one is worked on now. What may be under way still
        is only looked for, and waited for as long as before: sooner is not proved."""
        waiting = intent.c.finished_at.is_(None), intent.c.not_before_at > now
        states = intent.c.state.in_(("todo", "unknown", "parked"))
        with writing(self._engine) as connection:
            connection.execute(update(intent).where(*waiting, states).values(not_before_at=now))

    def park(self, job: Job, problem: str, hint: str, look_at: datetime, now: datetime) -> bool:
        """Set an intent aside for a person. It stays unfinished: its charge is not planned again. It is looked
        for again at `look_at`: a person may have put its marker back."""
        with writing(self._engine) as connection:
            aside = guarded(job, ("unknown", "sending")).values(
                state="parked", not_before_at=look_at, problem=problem, hint=hint
            )
            if connection.execute(aside).rowcount != 1:
                return False
            tell(connection, job, "parked", problem, now)
            touch(connection, job.action.contract)
        return True


def lease_name(realm: str) -> str:
    """The lease under which one process at a time writes to a company."""
    return f"drain:{realm}"


def _may_be_sent(unconfirmed: frozenset[str]) -> ColumnElement[bool]:
    """What is not queued, or not by one of these contracts."""
    return or_(intent.c.state != "todo", intent.c.contract.not_in(unconfirmed)) if unconfirmed else true()
