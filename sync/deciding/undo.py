"""Undoing a run: which of its drafts are still exactly as we wrote them, and taking those back by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from mappings.words.text import LINE_LIMIT, inert
from model.billing import Claim, DocumentState
from model.decision import Decision, Made
from model.money import Money, total
from sync.apply import Patience, drain_all
from sync.assess import Assessment
from sync.deciding.refusals import Moved, Undecidable
from sync.engine import Engine
from sync.outbox.company import Drained
from sync.planning.actions import Action
from sync.planning.decided import undone_on
from sync.planning.documents import document_name, how_it_stands
from sync.planning.findings import taken_back
from sync.planning.observe import ENDED
from sync.planning.views import Head
from sync.plans import Plan
from sync.reading.sources import Reading
from sync.store.trail import Written

_SHORTEST = 6  # characters of a run's digest that a person may type
_UNDER_WAY = {
    "todo": "waits to be sent: the next apply says what becomes of it",
    "absent": "waits to be sent again: the next apply says what becomes of it",
    "sending": "is under way",
    "unknown": "has no known outcome yet: the next apply looks for it",
    "parked": "waits for a person: `milepost decide`",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """One document that the run wrote: by the name that finance knows, with what it bills now. `reason` says why it
    stays as it is; "" where it can be taken back."""

    contract: str
    document_key: str
    name: str
    subject: str
    amount: Money
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Undoing:
    """A run by its whole digest, and what undoing it would do: `drafts` are taken back, the `others` stay."""

    run: str
    at: datetime
    drafts: tuple[Draft, ...]
    others: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone, what dispatch did per company, and the drafts that are not taken back yet."""

    undoing: Undoing
    drained: dict[str, Drained]
    waiting: tuple[Draft, ...]


def look(engine: Engine, named: str) -> Undoing:
    """Read both sides and say what undoing the run would do. Undecidable when no run, or more than one, is called so;
    Moved when a side could not be read."""
    run = _run(engine, named)
    reading = _read(engine)
    return _undoing(engine, run, engine.plan(reading))


def undo(engine: Engine, named: str, who: str, why: str, patience: Patience) -> Undone:
    """Record by whom and why each draft is taken back, then void them through the outbox, and nothing else. The work
    is held by that name afterwards. What an earlier try has begun is finished; a second time does nothing."""
    who, why = inert(who), inert(why, LINE_LIMIT)
    if not who or not why:
        raise Undecidable("who undoes it and why are kept with it: neither may be missing")
    run = _run(engine, named)
    engine.put_in_force()
    reading = _read(engine)
    plan = engine.plan(reading)
    undoing = _undoing(engine, run, plan)
    for each in plan.assessments:
        _decide(engine, each, undoing, who, why)
    drained: dict[str, Drained] = {}
    _withdraw(engine, reading, undoing, patience, drained)
    left = _undoing(engine, run, engine.plan(reading)).drafts
    return Undone(undoing, drained, left)


def _run(engine: Engine, named: str) -> str:
    """The one run whose plan's digest begins so."""
    named = named.strip()
    if len(named) < _SHORTEST:
        raise Undecidable(
            f"{named!r} is too short: a run is named by at least {_SHORTEST} characters of its digest"
        )
    runs = engine.store.trail.runs(named)
    if len(runs) > 1:
        raise Undecidable(f"more than one run is called {named!r}: {', '.join(sorted(runs))}")
    if not runs:
        raise Undecidable(f"no run that wrote anything is called {named!r}: plan and apply show its digest")
    return runs[0]


def _read(engine: Engine) -> Reading:
    reading = engine.read()
    if reading.trouble:
        raise Moved([str(error) for error in reading.trouble])
    return reading


def _undoing(engine: Engine, run: str, plan: Plan) -> Undoing:
    written = engine.store.trail.of_run(run)
    by_contract = {each.contract.id: each for each in plan.assessments}
    found = [
        _draft(engine, by_contract[each.action.contract], run, each)
        for each in written
        if each.action.contract in by_contract and each.state not in ("refused", "dropped")
    ]
    return Undoing(
        run,
        written[0].at,
        tuple(draft for draft in found if not draft.reason),
        tuple(draft for draft in found if draft.reason),
    )


def _draft(engine: Engine, each: Assessment, run: str, write: Written) -> Draft:
    action, head = write.action, each.account.heads[write.action.document_key]
    claims = each.account.on(action.document_key)
    amount = total([claim.net for claim in claims], each.contract.currency)
    name = document_name(head)
    reason = next(_in_the_way(engine, each, run, write, head, claims), "")
    return Draft(each.contract.id, action.document_key, name, action.subject, amount, reason)


def _in_the_way(
    engine: Engine, each: Assessment, run: str, write: Written, head: Head, claims: tuple[Claim, ...]
) -> Iterator[str]:
    """Why a document of the run stays as it is, the first reason first."""
    if write.action.kind == "withdraw":
        yield "the run took it back, and what is voided does not come back"
    if write.state != "done":
        yield f"its write {_UNDER_WAY[write.state]}"
    if head.state in ENDED and (before := _undone_before(each, head.document_key)) is not None:
        yield taken_back(before)
    if head.state in ENDED or (not claims and head.shown is not None):
        yield f"it bills nothing any more: {how_it_stands(head)}"
    if write.action.kind == "update":
        yield "an earlier run made it, and this one only changed it"
    later = [one.digest for one in engine.store.trail.written(head.document_key) if one.state == "done"]
    if later and later[-1] != run:
        yield f"a later run ({later[-1]}) wrote on it"
    if head.column is not DocumentState.DRAFT:
        yield how_it_stands(head)
    if each.account.writing(head.document_key) is not None:
        yield "another write on it is under way"
    known = {verdict.charge_key for verdict in each.verdicts}
    if not any(claim.charge_key in known for claim in claims):
        yield "no rule reaches its work any more"


def _undone_before(each: Assessment, document_key: str) -> Decision | None:
    made = (one for one in reversed(each.account.decisions) if one.choice == "undo")
    return next((one for one in made if one.detail.get("document") == document_key), None)


def _decide(engine: Engine, each: Assessment, undoing: Undoing, who: str, why: str) -> None:
    """One decision for each charge of each draft, together; those that stand from an earlier try stand."""
    keys = {draft.document_key for draft in undoing.drafts if draft.contract == each.contract.id}
    made = [
        Made(
            each.contract.id,
            claim.charge_key,
            "undo",
            {
                "code": "work.undone",
                "payer": claim.payer,
                "version": each.contract.version,
                "document": claim.document_key,
                "run": undoing.run,
            },
            who,
            why,
        )
        for claim in each.account.claims
        if claim.ended is None and claim.document_key in keys and undone_on(claim, each.account) is None
    ]
    if made:
        first, *beside = made
        if engine.store.decisions.record(first, each.plan.revision, engine.clock(), (), beside) is None:
            raise Moved(["the ledger moved while it was undone: look at it once more"])


def _withdraw(
    engine: Engine, reading: Reading, undoing: Undoing, patience: Patience, drained: dict[str, Drained]
) -> None:
    """Take in and send what takes the drafts back, and nothing else that is due. A fuse holds none of it: a person
    has just decided on these very drafts."""
    keys = {draft.document_key for draft in undoing.drafts}
    if not keys:
        return
    plan = engine.plan(reading)
    only = tuple(_only(each, keys) for each in plan.assessments)
    plan = replace(plan, assessments=tuple(each for each in only if each.plan.actions))
    moved = engine.enqueue(plan)
    if moved:
        raise Moved([f"the ledger of {contract} moved meanwhile: undo it once more" for contract in moved])
    drain_all(engine, reading, plan.confirms(), patience, drained)


def _only(each: Assessment, keys: set[str]) -> Assessment:
    """The assessment with nothing to do but taking these documents' lines back; what waits queued is confirmed or
    taken back by the next apply, which plans it anew."""
    every = (*each.plan.actions, *(held.action for held in each.plan.held))
    return replace(each, plan=replace(each.plan, actions=tuple(a for a in every if _takes_back(a, keys))))


def _takes_back(action: Action, keys: set[str]) -> bool:
    return action.document_key in keys and bool(action.removals) and not (action.changes or action.additions)
