"""Taking a plan in: intents, their claims and their first bytes, in one transaction per contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from model.billing import InvoiceDraft
from sync.planning.actions import Action, ContractPlan
from sync.planning.views import QUEUED
from sync.store.audit import note
from sync.store.codec import decode, encode
from sync.store.database import writing
from sync.store.schema import contract_state, document, intent, intent_claim, work_observation


@dataclass(frozen=True, slots=True)
class Prepared:
    """An action ready to be stored: the company's realm, until when a new document may be written, and by
    charge key the observations that the amounts were computed from."""

    action: Action
    realm: str
    writable_until_at: datetime
    inputs: Mapping[str, Mapping[str, int]]


def enqueue(
    engine: Engine, plan: ContractPlan, digest: str, prepared: Sequence[Prepared], now: datetime
) -> bool:
    """Store all intents of one contract's plan, or none: False when its ledger or rules moved since planning."""
    try:
        with writing(engine) as connection:
            moved = (
                update(contract_state)
                .where(
                    contract_state.c.contract == plan.contract,
                    contract_state.c.revision == plan.revision,
                    contract_state.c.rule_version == plan.rule_version,
                )
                .values(revision=contract_state.c.revision + 1)
            )
            if connection.execute(moved).rowcount != 1:
                return False
            confirmed = _take_back_the_rest(connection, plan, now)
            for each in prepared:
                if each.action.document_key not in confirmed:
                    _enqueue(connection, each, digest, now)
    except IntegrityError:
        return False  # another process holds an unfinished claim on the same charge or document
    return True


def _take_back_the_rest(connection: Connection, plan: ContractPlan, now: datetime) -> set[str]:
    """Judge queued intents by the present plan: one that it holds to the letter stays, with its bytes and its
    request id; any other is taken back. Returns the document keys of those that stay."""
    wanted = {action.document_key: _what_goes_out(action) for action in plan.actions}
    waiting = intent.c.contract == plan.contract, intent.c.state.in_(QUEUED), intent.c.finished_at.is_(None)
    confirmed: set[str] = set()
    for row in connection.execute(
        select(intent.c.seq, intent.c.document_key, intent.c.action, intent.c.attempts).where(*waiting)
    ).all():
        mine = update(intent).where(intent.c.seq == row.seq)
        if wanted.get(row.document_key) == _what_goes_out(decode(row.action, Action)):
            confirmed.add(row.document_key)
            connection.execute(mine.where(intent.c.state == "absent").values(state="todo", not_before_at=now))
            continue
        said = "the work or the rules changed before it was sent"
        connection.execute(mine.values(state="dropped", finished_at=now, problem=said))
        ending = {"intent": row.seq, "attempt": row.attempts}
        note(connection, "write.dropped", plan.contract, row.document_key, ending, now, private=said)
        ended = update(intent_claim).where(intent_claim.c.intent == row.seq)
        connection.execute(ended.values(finished_at=now))
    return confirmed


def _what_goes_out(action: Action) -> str:
    """An action without its prose, which tells of other bills too and changes when these are written."""
    return encode(replace(action, reason=""))


def _enqueue(connection: Connection, each: Prepared, digest: str, now: datetime) -> None:
    action = each.action
    if action.draft is not None:
        _make_document(connection, each, action.draft, now)
    serial = connection.execute(
        insert(intent).returning(intent.c.seq),
        {
            "plan_digest": digest,
            "contract": action.contract,
            "realm": each.realm,
            "document_key": action.document_key,
            "action": encode(action),
            "state": "todo",
            "generation": 0,
            "attempts": 0,
            "fence": 0,
            "not_before_at": now,
            "made_at": now,
        },
    ).scalar_one()
    for step in action.steps():
        money = {"amount": step.amount.minor, "currency": step.amount.currency}
        names = {"intent": serial, "charge_key": step.charge_key, "payer": step.payer}
        basis = {"leaves": encode(step.leaves), "inputs": dict(each.inputs.get(step.charge_key, {}))}
        connection.execute(insert(intent_claim), names | money | basis)
    note(
        connection,
        "write.planned",
        action.contract,
        action.document_key,
        _planned(connection, each, serial, digest),
        now,
        private=encode(action),
    )


def _planned(connection: Connection, each: Prepared, serial: int, digest: str) -> dict[str, Any]:
    """An intent as the audit tells it: each step of money with its rule and what it was computed from."""
    return {
        "intent": serial,
        "plan": digest,
        "realm": each.realm,
        "kind": each.action.kind,
        "steps": [
            {
                "charge": step.charge_key,
                "payer": step.payer,
                "amount": step.amount.minor,
                "currency": step.amount.currency,
                "quantity": str(step.line.quantity),
                "share": None if step.share is None else str(step.share),
                "rule": step.line.rule,
                "version": step.line.rule_version,
                "inputs": _digests(connection, each.inputs.get(step.charge_key, {})),
            }
            for step in each.action.steps()
        ],
        "removed": [each.charge_key for each in each.action.removals],
    }


def _digests(connection: Connection, inputs: Mapping[str, int]) -> dict[str, list[object]]:
    """What was read of the work, by its name: the number of the observation and the digest of what was seen."""
    table = work_observation.c
    query = select(table.seq, table.digest).where(table.seq.in_(sorted(set(inputs.values()))))
    digests = {row.seq: row.digest for row in connection.execute(query)} if inputs else {}
    return {name: [number, digests.get(number)] for name, number in inputs.items()}


def _make_document(connection: Connection, each: Prepared, draft: InvoiceDraft, now: datetime) -> None:
    # A refused create is tried again under the same key and marker; its review window begins anew.
    known = document.c.document_key == each.action.document_key, document.c.external_id.is_(None)
    anew = {
        "made_at": now,
        "writable_until_at": each.writable_until_at,
        "realm": each.realm,
        "kind": draft.kind,
    }
    if connection.execute(update(document).where(*known).values(anew)).rowcount:
        return
    connection.execute(
        insert(document),
        {
            "document_key": each.action.document_key,
            "contract": each.action.contract,
            "realm": each.realm,
            "kind": draft.kind,
            "marker": draft.marker,
            "made_at": now,
            "writable_until_at": each.writable_until_at,
        },
    )
