"""What people decided, each recorded in one transaction with the facts that it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, select, update

from model.decision import Decision, Made
from sync.store.audit import record
from sync.store.changing import Change, Moved, make
from sync.store.database import reading, writing
from sync.store.rows import AnyRow
from sync.store.schema import contract_state, decision


class DecisionStore:
    """Reads and writes the decisions of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(
        self,
        made: Made,
        revision: int,
        now: datetime,
        changes: Sequence[Change] = (),
        beside: Sequence[Made] = (),
    ) -> Decision | None:
        """Record a decision with its changes and those `beside` it, about the same contract, or nothing: None when
        the ledger moved on from `revision`, or another process has taken an intent that would change.

        A change of a claim that does not stand as it says is a ValueError.
        """
        try:
            with writing(self._engine) as connection:
                _turn(connection, made.contract, revision)
                recorded = _add(connection, made, now)
                for each in beside:
                    _add(connection, each, now)
                for change in changes:
                    make(connection, change, recorded)
                return recorded
        except Moved:
            return None

    def of(self, contract: str) -> tuple[Decision, ...]:
        """The decisions about one contract, oldest first."""
        with reading(self._engine) as connection:
            return decisions_of(connection, contract)

    def chosen(self, choice: str, since: datetime) -> tuple[Decision, ...]:
        """The decisions of all contracts that made this choice since then, oldest first."""
        mine = decision.c.choice == choice, decision.c.decided_at > since
        with reading(self._engine) as connection:
            rows = connection.execute(select(decision).where(*mine).order_by(decision.c.seq))
            return tuple(_decision(row) for row in rows)


def _turn(connection: Connection, contract: str, revision: int) -> None:
    """Move the ledger of a contract on from `revision` and have the contract looked at."""
    state = contract_state.c
    moved = update(contract_state).where(state.contract == contract, state.revision == revision)
    if connection.execute(moved.values(revision=state.revision + 1, dirty=state.dirty + 1)).rowcount:
        return
    # Rules that no apply has put in force yet have no row to move: nothing can be planned on them meanwhile.
    if revision or connection.scalar(select(state.revision).where(state.contract == contract)) is not None:
        raise Moved


def _add(connection: Connection, made: Made, now: datetime) -> Decision:
    values = {
        "contract": made.contract,
        "subject": made.subject,
        "choice": made.choice,
        "detail": dict(made.detail),
        "who": made.who,
        "why": made.why,
        "decided_at": now,
    }
    return _decision(record(connection, decision, values))


def decisions_of(connection: Connection, contract: str) -> tuple[Decision, ...]:
    """The decisions about one contract, oldest first."""
    query = select(decision).where(decision.c.contract == contract).order_by(decision.c.seq)
    return tuple(_decision(row) for row in connection.execute(query))


def _decision(row: AnyRow) -> Decision:
    return Decision(
        seq=row.seq,
        contract=row.contract,
        subject=row.subject,
        choice=row.choice,
        detail=row.detail,
        who=row.who,
        why=row.why,
        decided_at=row.decided_at,
    )
