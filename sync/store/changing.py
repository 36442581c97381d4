"""What a decision changes in the ledger or the outbox: values, and how each is made inside its transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from model.billing import Document
from model.decision import Decision
from sync.planning.intent import Generation, Job, Settlement
from sync.planning.observe import SHARE_DIGITS, LineClaim
from sync.store.audit import record
from sync.store.claims import folded_claims, stand_again, step_down
from sync.store.credits import Placement, place
from sync.store.facts import record_last_facts
from sync.store.jobs import store_generation
from sync.store.linking import Linking, link
from sync.store.schema import claim, revival, waiver
from sync.store.settling import finish, guarded, settle


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


@dataclass(frozen=True, slots=True)
class Standing(ClaimName):
    """A claim that ended on an estimate stands there again."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """A write of which nobody knew whether it happened did: `shown` is its document, with its lines by charge."""

    job: Job
    shown: Document
    lines: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Resending:
    """Nothing came of a parked write: its bytes may go out once more under `request_id`, if a plan still holds it."""

    job: Job
    request_id: str


@dataclass(frozen=True, slots=True)
class Abandonment:
    """A parked write is given up, for the stated reason."""

    job: Job
    reason: str


Change = Revival | Deferral | Standing | Placement | Adoption | Resending | Abandonment | Linking


class Moved(Exception):
    """What was decided on is not there any more: nothing of the transaction stays."""


def make(connection: Connection, change: Change, by: Decision) -> None:
    """Make one change for a decision. Moved when another process has taken its intent; ValueError when no such
    claim stands."""
    match change:
        case Revival() | Deferral() | Standing():
            _ON_CLAIMS[type(change)](connection, _named(connection, change), by)
        case Adoption(job, shown, lines):
            # Nothing proves that it is as we wrote it: it counts as edited by finance.
            if not settle(connection, job, Settlement(shown, lines, untouched=False), by.decided_at):
                raise Moved
        case Placement():
            place(connection, change, by.decided_at)
        case Linking():
            link(connection, change, by)
        case Resending(job, request_id):
            _resend(connection, job, request_id, by.decided_at)
        case Abandonment(job, reason):
            if not finish(connection, job, "dropped", by.decided_at, "abandoned", reason, ""):
                raise Moved
            record_last_facts(connection, job.action.document_key, by.decided_at)


def _resend(connection: Connection, job: Job, request_id: str, now: datetime) -> None:
    """The same bytes as a new generation; it waits as one that is proved absent until a plan confirms it."""
    number = job.generations + 1
    again = guarded(job, ("parked",)).values(
        state="absent", generation=number, not_before_at=now, settled_after_at=None, problem=None, hint=None
    )
    if job.generation is None or connection.execute(again).rowcount != 1:
        raise Moved
    last = job.generation
    store_generation(connection, job, Generation(number, request_id, last.request, last.base_version, now))


def _named(connection: Connection, change: Revival | Deferral | Standing) -> LineClaim:
    """The claim that a change is about, in its newest round."""
    name = (change.charge_key, change.payer, change.document_key)
    found = [
        entry
        for entry in folded_claims(connection, claim.c.document_key == change.document_key)
        if (entry.claim.charge_key, entry.claim.payer, entry.claim.document_key) == name
        and _MEANT[type(change)](entry)
    ]
    if not found:
        raise ValueError(f"{change}: no such claim stands")
    return max(found, key=lambda entry: entry.round)


def _is_declined(entry: LineClaim) -> bool:
    return entry.claim.ended == "declined" or (entry.claim.given and entry.claim.ended is None)


def _has_ended(entry: LineClaim) -> bool:
    return entry.claim.ended is not None


def _is_reduced(entry: LineClaim) -> bool:
    return entry.claim.ended is None and bool(entry.claim.waived)


_MEANT = {Revival: _is_declined, Deferral: _is_reduced, Standing: _has_ended}


def _name(entry: LineClaim) -> dict[str, Any]:
    return {
        "charge_key": entry.claim.charge_key,
        "payer": entry.claim.payer,
        "document_key": entry.claim.document_key,
        "round": entry.round,
    }


def _revive(connection: Connection, entry: LineClaim, by: Decision) -> None:
    recorded = {"decision": by.seq, "recorded_at": by.decided_at}
    record(connection, revival, _name(entry) | recorded)


def _defer(connection: Connection, entry: LineClaim, by: Decision) -> None:
    """Take off the claim what finance reduced, and off what is let go: the line shows what is claimed then, and the
    one formula finds the rest owed."""
    let_go = entry.claim.waived
    if let_go is None:
        raise ValueError(f"{entry.claim.charge_key}: nothing of it was let go")
    money = {"amount": -let_go.minor, "currency": let_go.currency}
    recorded = {"recorded_at": by.decided_at}
    record(connection, waiver, _name(entry) | money | recorded | {"decision": by.seq})
    step_down(connection, entry, let_go, _part(entry), by.decided_at)


def _part(entry: LineClaim) -> Decimal | None:
    """The percent that goes with what finance reduced: what a schedule counts as billed."""
    share, let_go = entry.claim.share, entry.claim.waived
    if share is None or let_go is None:
        return None
    return (share * let_go.minor / entry.claim.amount.minor).quantize(SHARE_DIGITS)


def _stand(connection: Connection, entry: LineClaim, by: Decision) -> None:
    """The same claim in a new round; what the document shows then says what became of it since."""
    stand_again(connection, entry, by.decided_at)
    record_last_facts(connection, entry.claim.document_key, by.decided_at)


_ON_CLAIMS = {Revival: _revive, Deferral: _defer, Standing: _stand}
