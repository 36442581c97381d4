"""What people decided, each recorded in one transaction with the facts that it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from model.decision import Decision
from sync.planning.observe import LineClaim
from sync.store.claims import folded_claims
from sync.store.database import reading, writing
from sync.store.rows import AnyRow
from sync.store.schema import claim, contract_state, decision, revival, waiver

_SHARE_DIGITS = Decimal("1E-9")  # what a part of a percent is kept to; its rest goes with the other part


@dataclass(frozen=True, slots=True)
class ClaimName:
    """One charge of one payer on one document, as it stands there now."""

    charge_key: str
    payer: str
    document_key: str


@dataclass(frozen=True, slots=True)
class Revival(ClaimName):
    """A claim that finance ended does not block its charge any more."""


@dataclass(frozen=True, slots=True)
class Deferral(ClaimName):
    """The part of a claim that finance reduced is owed again: its claim and its waiver shrink by it alike."""


Change = Revival | Deferral


@dataclass(frozen=True, slots=True)
class Made:
    """A decision about to be recorded: see `model.decision.Decision`."""

    contract: str
    subject: str
    choice: str
    detail: Mapping[str, Any]
    who: str
    why: str


class DecisionStore:
    """Reads and writes the decisions of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(
        self, made: Made, revision: int, now: datetime, changes: Sequence[Change] = ()
    ) -> Decision | None:
        """Record a decision with its changes, or nothing: None when the ledger moved on from `revision`.

        A change of a claim that does not stand as it says is a ValueError.
        """
        with writing(self._engine) as connection:
            if not turn(connection, made.contract, revision):
                return None
            recorded = add_decision(connection, made, now)
            claims = folded_claims(connection, claim.c.contract == made.contract) if changes else []
            for change in changes:
                found = _named(claims, change)
                if isinstance(change, Revival):
                    _revive(connection, found, recorded)
                else:
                    _defer(connection, found, recorded)
            return recorded

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


def turn(connection: Connection, contract: str, revision: int) -> bool:
    """Move the ledger of a contract on from `revision` and have the contract looked at; False when it moved before."""
    state = contract_state.c
    moved = update(contract_state).where(state.contract == contract, state.revision == revision)
    turned = connection.execute(moved.values(revision=state.revision + 1, dirty=state.dirty + 1)).rowcount
    if turned or revision:
        return turned == 1
    # Rules that no apply has put in force yet have no row to move: nothing can be planned on them meanwhile.
    return connection.scalar(select(state.revision).where(state.contract == contract)) is None


def add_decision(connection: Connection, made: Made, now: datetime) -> Decision:
    """Append one decision."""
    values = {
        "contract": made.contract,
        "subject": made.subject,
        "choice": made.choice,
        "detail": dict(made.detail),
        "who": made.who,
        "why": made.why,
        "decided_at": now,
    }
    return _decision(connection.execute(insert(decision).returning(decision), values).one())


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


def _named(claims: Sequence[LineClaim], change: Change) -> LineClaim:
    """The claim that a change is about, in its newest round."""
    name = (change.charge_key, change.payer, change.document_key)
    found = [
        entry
        for entry in claims
        if (entry.claim.charge_key, entry.claim.payer, entry.claim.document_key) == name
        and (_is_declined(entry) if isinstance(change, Revival) else _is_reduced(entry))
    ]
    if not found:
        raise ValueError(f"{change}: no such claim stands")
    return max(found, key=lambda entry: entry.round)


def _is_declined(entry: LineClaim) -> bool:
    return entry.claim.ended == "declined"


def _is_reduced(entry: LineClaim) -> bool:
    return entry.claim.ended is None and bool(entry.claim.waived)


def _name(entry: LineClaim) -> dict[str, Any]:
    return {
        "charge_key": entry.claim.charge_key,
        "payer": entry.claim.payer,
        "document_key": entry.claim.document_key,
        "round": entry.round,
    }


def _revive(connection: Connection, entry: LineClaim, by: Decision) -> None:
    recorded = {"decision": by.seq, "recorded_at": by.decided_at}
    connection.execute(insert(revival), _name(entry) | recorded)


def _defer(connection: Connection, entry: LineClaim, by: Decision) -> None:
    """Take off the claim what finance reduced, and off what is let go: the line shows what is claimed then, and the
    one formula finds the rest owed."""
    let_go = entry.claim.waived
    if let_go is None:
        raise ValueError(f"{entry.claim.charge_key}: nothing of it was let go")
    money = {"amount": -let_go.minor, "currency": let_go.currency}
    recorded = {"recorded_at": by.decided_at}
    connection.execute(insert(waiver), _name(entry) | money | recorded | {"decision": by.seq})
    name = claim.c.charge_key, claim.c.payer, claim.c.document_key, claim.c.round
    mine = (column == value for column, value in zip(name, _name(entry).values(), strict=True))
    last = connection.execute(select(claim).where(*mine).order_by(claim.c.seq.desc()).limit(1)).one()
    columns = ("contract", "line_id", "rule", "rule_version", "leaves", "inputs")
    kept = {column: getattr(last, column) for column in columns}
    step = {"origin": "deferred", "quantity": Decimal(0), "share": _part(entry)}
    connection.execute(insert(claim), _name(entry) | kept | step | money | recorded)


def _part(entry: LineClaim) -> Decimal | None:
    """The percent that goes with what finance reduced, as a step down: what a schedule counts as billed."""
    share, let_go = entry.claim.share, entry.claim.waived
    if share is None or let_go is None:
        return None
    return -(share * let_go.minor / entry.claim.amount.minor).quantize(_SHARE_DIGITS)
