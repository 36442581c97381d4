"""Taking a choice: looked at anew on both sides, recorded with what it changes, or refused with what moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mappings.words.text import LINE_LIMIT, inert
from model.decision import Decision, Made
from model.finding import Finding
from sync.deciding.adopting import adoption
from sync.deciding.choices import Choice, Matter
from sync.deciding.inbox import Item, decided_before, inbox, nothing_called
from sync.deciding.linking import linking
from sync.deciding.placing import following, placing
from sync.deciding.refusals import Moved, Undecidable
from sync.engine import Engine
from sync.outbox.company import Company
from sync.planning.actions import Action
from sync.planning.estimates import TAKEN_UP, shown_again
from sync.planning.holding import released
from sync.planning.intent import Job
from sync.planning.refunds import excess_of
from sync.plans import Plan
from sync.reading.sources import Reading
from sync.store.changing import Abandonment, Change, Deferral, Resending, Revival, Standing


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants decided: `subject` by id or name, `choice` by name, with what it needs."""

    subject: str
    choice: str
    needed: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision, and what the next plan does and says about its subject. `repeated`: it stood before."""

    decision: Decision
    repeated: bool
    actions: tuple[Action, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Effect:
    """What a choice comes to: more of its detail, changes, decisions about other charges that go with it."""

    detail: Mapping[str, Any] = field(default_factory=dict)
    changes: Sequence[Change] = ()
    beside: Sequence[Made] = ()


def take(engine: Engine, wish: Wish) -> Taken:
    """Decide. Both sides are read first: Moved when what was last seen is not what stands now, with what changed;
    Undecidable when nothing is called so, or it does not offer the choice."""
    wish = _clean(wish)
    shown = inbox(engine.store, engine.plan(engine.last_read()))
    reading = engine.read()
    plan = engine.plan(reading)
    present = [item for item in inbox(engine.store, plan) if item.is_called(wish.subject)]
    offering = [item for item in present if _offered(item, wish.choice) is not None]
    if not offering:
        return _already(plan, wish, present, shown)
    if _is_one_work(offering) and not _needs_naming(offering, wish.choice):
        return _for_all(engine, reading, offering, shown, wish)
    if _is_one_fuse(offering):
        return _let_pass(engine, reading, offering, shown, wish)
    if len(offering) > 1:
        said = "; ".join(f"{item.id[:8]} {item.finding.code}: {item.finding.reason}" for item in offering)
        raise Undecidable(f"{wish.subject!r} is called more than one thing: name one by its id ({said})")
    (item,) = offering
    _require_seen(item, shown)
    return _record(engine, reading, item, wish)


def _is_one_work(offering: Sequence[Item]) -> bool:
    """Whether it is the same about one piece of work that several payers were billed."""
    about = {(item.contract, item.finding.code, item.finding.ref) for item in offering}
    return len(offering) > 1 and len(about) == 1 and all(item.finding.payer for item in offering)


def _needs_naming(offering: Sequence[Item], name: str) -> bool:
    """Whether the choice names a document, which can be that of one payer alone."""
    return any((choice := _offered(item, name)) is not None and choice.needs for item in offering)


def _for_all(
    engine: Engine, reading: Reading, offering: Sequence[Item], shown: Sequence[Item], wish: Wish
) -> Taken:
    """Decide on a piece of work for each of its payers, all or none."""
    found: list[tuple[Made, _Effect]] = []
    for item in offering:
        _require_seen(item, shown)
        if item.matter is not None:
            effect = _effect(engine, item.matter, wish)
            found.append((_made(item, wish, effect), effect))
    (first, _), *others = found
    recorded = engine.store.decisions.record(
        first,
        offering[0].matter.plan.revision if offering[0].matter is not None else -1,
        engine.clock(),
        [change for _, effect in found for change in effect.changes],
        [*(made for made, _ in others), *(each for _, effect in found for each in effect.beside)],
    )
    if recorded is None:
        raise Moved(["the ledger moved while it was decided: look at it once more"])
    return _taken(engine.plan(reading), recorded, repeated=False)


def _made(item: Item, wish: Wish, effect: _Effect) -> Made:
    """The decision; where it is about one of several payers, in the name of that one."""
    whose = {"payer": item.finding.payer} if item.finding.payer else {}
    detail = {"code": item.finding.code, "seen": item.id, **whose, **effect.detail}
    return Made(item.contract, item.finding.ref, wish.choice, detail, wish.who, wish.why)


def _is_one_fuse(offering: Sequence[Item]) -> bool:
    """Whether it is one fuse that holds writes of several contracts."""
    fuses = {item.finding.ref for item in offering if item.finding.code.startswith("fuse.")}
    return len(offering) > 1 and len(fuses) == 1 and all(item.finding.ref in fuses for item in offering)


def _let_pass(
    engine: Engine, reading: Reading, offering: Sequence[Item], shown: Sequence[Item], wish: Wish
) -> Taken:
    """Release one fuse for every contract of which it holds writes, each by a decision of its own."""
    for item in offering:
        _require_seen(item, shown)
    taken = [_record(engine, reading, item, wish) for item in offering]
    after = engine.plan(reading)
    actions = (action for each in taken for action in _taken(after, each.decision, repeated=False).actions)
    return Taken(taken[-1].decision, repeated=False, actions=tuple(actions), findings=taken[-1].findings)


def _clean(wish: Wish) -> Wish:
    """Who and why are read by people and kept for good: inert text, and neither may be missing."""
    who, why = inert(wish.who), inert(wish.why, LINE_LIMIT)
    if not who or not why:
        raise Undecidable("a decision says who made it and why")
    return Wish(wish.subject, wish.choice, wish.needed.strip(), who, why)


def _offered(item: Item, name: str) -> Choice | None:
    return next((choice for choice in item.choices if choice.name == name), None)


def _already(plan: Plan, wish: Wish, present: Sequence[Item], shown: Sequence[Item]) -> Taken:
    """Nothing offers the choice now: what offered it moved, or it was made before, or it never did."""
    before = [item for item in shown if item.is_called(wish.subject) and _offered(item, wish.choice)]
    if before:
        now = [f"now: {item.finding.reason}" for item in present] or ["nothing asks for it any more"]
        raise Moved([*(f"it was: {item.finding.reason}" for item in before), *now])
    made = decided_before(plan, wish.subject, wish.choice)
    if made is not None:
        return _taken(plan, made, repeated=True)
    if not present:
        raise Undecidable(nothing_called(plan, shown, wish.subject))
    names = sorted({choice.name for item in present for choice in item.choices})
    offered = (
        f"it offers {', '.join(names)}" if names else "there is nothing to choose: its hint says what to do"
    )
    raise Undecidable(f"{wish.choice!r} is no choice for {wish.subject!r}; {offered}")


def _require_seen(item: Item, shown: Sequence[Item]) -> None:
    """What was last looked at must be what stands now, to the state and the amount."""
    if any(each.id == item.id for each in shown):
        return
    about = (item.contract, item.finding.code, item.finding.ref)
    before = [one for one in shown if (one.contract, one.finding.code, one.finding.ref) == about]
    then = [f"it was: {one.finding.reason}" for one in before] or ["it came up just now"]
    raise Moved([*then, f"now: {item.finding.reason}"])


def _record(engine: Engine, reading: Reading, item: Item, wish: Wish) -> Taken:
    matter, choice = item.matter, _offered(item, wish.choice)
    if matter is None or choice is None:
        raise ValueError(f"{item.finding.code} offers nothing")
    if bool(choice.needs) != bool(wish.needed):
        said = f"name the {choice.needs.lower()}" if choice.needs else f"{choice.name} takes nothing more"
        raise Undecidable(f"{said}: milepost decide {item.id[:8]} {choice.name} {choice.needs}".strip())
    effect = _effect(engine, matter, wish)
    made = _made(item, wish, effect)
    recorded = engine.store.decisions.record(
        made, matter.plan.revision, engine.clock(), effect.changes, effect.beside
    )
    if recorded is None:
        raise Moved(["the ledger moved while it was decided: look at it once more"])
    return _taken(engine.plan(reading), recorded, repeated=False)


def _taken(plan: Plan, decision: Decision, *, repeated: bool) -> Taken:
    own = [each.plan for each in plan.assessments if each.contract.id == decision.contract]
    freed = {name.rpartition("@")[0] for name in decision.detail.get("writes", ())}
    about = decision.subject
    actions = (
        action
        for each in own
        for action in each.actions
        if about in action.charges or action.document_key in freed | {about}
    )
    findings = (each for one in own for each in one.findings if each.ref == about)
    return Taken(decision, repeated, tuple(actions), tuple(findings))


def _effect(engine: Engine, matter: Matter, wish: Wish) -> _Effect:
    """What the choice changes beside being recorded."""
    ref, about_estimate = matter.finding.ref, matter.finding.code == TAKEN_UP
    match wish.choice:
        case "rebill" | "defer":
            return _about_claims(matter, wish)
        case "settled" | "follow" | "credit":
            return _about_others(engine, matter, wish)
        case "release":
            return _Effect(released(matter.plan, ref))
        case "same" if not about_estimate:
            linked = linking(engine, matter, wish.needed)
            return _Effect({"invoice": linked.shown.external_id}, [linked])
        case "same":
            again = shown_again(matter.account, matter.account.heads[ref])
            return _Effect(changes=_standing(matter, again))
        case "adopt" | "resend" | "abandon":
            return _about_write(engine, matter, wish)
    return _Effect()


def _about_claims(matter: Matter, wish: Wish) -> _Effect:
    """What finance ended, gave back or reduced is owed again."""
    ref = matter.finding.ref
    mine = matter.claims
    if wish.choice == "rebill":
        over = matter.finding.code == "credit.given"
        ended = [c for c in mine if (c.given and c.ended is None if over else c.ended == "declined")]
        return _Effect(changes=[Revival(ref, claim.payer, claim.document_key) for claim in ended])
    cut = [claim for claim in mine if claim.ended is None and claim.waived]
    put_off = [Deferral(ref, claim.payer, claim.document_key) for claim in cut]
    return _Effect({"documents": [each.document_key for each in put_off]}, put_off)


def _about_others(engine: Engine, matter: Matter, wish: Wish) -> _Effect:
    """What finance did elsewhere: refunded, merged a client, gave something back on a credit memo of its own."""
    if wish.choice == "settled":
        excess = excess_of(matter.contract, matter.account, matter.finding.ref)
        return _Effect({"minor": excess.minor, "currency": excess.currency})
    if wish.choice == "follow":
        return _Effect(following(engine, matter))
    if matter.finding.code != "credit.unplaced":
        return _Effect()
    placed = placing(matter, wish.needed)
    return _Effect({"invoice": placed.document_key, "line": placed.charge_key}, [placed])


def _standing(matter: Matter, again: Iterable[str]) -> list[Change]:
    """The lines of an estimate that count again, each as its claim last stood there."""
    key = matter.finding.ref
    left = [claim for claim in matter.account.claims if claim.document_key == key and claim.ended]
    names = dict.fromkeys((claim.charge_key, claim.payer) for claim in left if claim.charge_key in again)
    return [Standing(charge, payer, key) for charge, payer in names]


def _about_write(engine: Engine, matter: Matter, wish: Wish) -> _Effect:
    """What becomes of a write of which nobody can prove whether it happened."""
    company, job = engine.companies[matter.contract.company], _job(engine, matter)
    match wish.choice:
        case "adopt":
            found = adoption(engine, company, job, wish.needed)
            return _Effect({"invoice": found.shown.external_id}, [found])
        case "resend":
            return _Effect(changes=[Resending(job, engine.new_id())])
    return _given_up(job, matter, wish, company)


def _job(engine: Engine, matter: Matter) -> Job:
    intent = matter.intent
    job = engine.store.outbox.unfinished_on(intent.document_key) if intent is not None else None
    if job is None:
        raise Moved(["its write is settled by now"])
    return job


def _given_up(job: Job, matter: Matter, wish: Wish, company: Company) -> _Effect:
    """A write carries one line or many: all its work is held by the name of who gave it up."""
    own = {
        (step.charge_key, step.payer): {"payer": step.payer, "version": matter.contract.version}
        for step in job.action.steps()
    }
    first = next((key for key in own if key[0] == matter.finding.ref), None)
    beside = [
        Made(matter.contract.id, key[0], wish.choice, {"code": "work.undone", **detail}, wish.who, wish.why)
        for key, detail in own.items()
        if key != first
    ]
    gone = Abandonment(job, f"given up by {wish.who} for {company.alias}: {wish.why}")
    return _Effect(own.get(first, {}) if first else {}, [gone], beside)
