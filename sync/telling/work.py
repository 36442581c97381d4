"""Finding a piece of work by what a person calls it, and everything known about why it is billed or not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from mappings.contract.payers import SOLE_PAYER
from mappings.contract.rules import Contract
from mappings.explain import Explanation, explain, explain_order
from mappings.money.statement import Statement, statement_of
from mappings.progress.claimed import kind_of
from mappings.progress.verdict import Verdict
from mappings.remedy.search import remedy
from mappings.remedy.world import World
from model.billing import Claim
from model.decision import Decision
from model.work import Issue, WorkKind
from sync.assess import Assessment
from sync.engine import Engine
from sync.planning.actions import Action
from sync.planning.deposits import deposit_of, whole_deposit
from sync.planning.documents import document_name
from sync.planning.ledger import standing
from sync.planning.positions import DECLINED, KEPT
from sync.planning.views import OUT, Account, issued
from sync.plans import Plan
from sync.store import Store

_OF_KIND = re.compile("^(late|change|expense):")


@dataclass(frozen=True, slots=True)
class Explained:
    """One piece of work: its contract, why it stands as it does, what people decided about it, what is under way,
    what would be written."""

    contract: str
    explanation: Explanation
    pending: tuple[str, ...]
    planned: tuple[Action, ...]
    decided: tuple[Decision, ...] = ()


def explain_work(engine: Engine, plan: Plan, key: str, now: datetime) -> tuple[Explained, ...]:
    """Everything called `key`: an epic, the work that one of its issues belongs to, a sprint by name or id, a
    version by project and name, or each deposit."""
    wanted = key.strip().casefold()
    store, known = engine.store, {each.version for each in engine.book.contracts}
    parts = [issue for issue in store.mirror.issues_called(key.strip()) if issue.level < 1]
    found: list[Explained] = []
    for each in plan.assessments:
        account = store.accounts.account(each.contract.id, now)
        meant = [one for one in each.verdicts if wanted in _names(one) or _holds(one, parts)]
        waits = any(one.outcome != "due" for one in meant) and each.contract.version in known
        world = engine.world(each.contract) if waits else None
        found += (_with_remedy(_explained(each, one, account), one, world) for one in meant)
        found += _spread(engine, each.contract, wanted)
    return tuple(found)


def _spread(engine: Engine, contract: Contract, wanted: str) -> Iterator[Explained]:
    """The change orders called `wanted` that are no charges of their own."""
    for order in contract.orders:
        if order.applies == "remaining" and wanted.removeprefix("change:") == order.id.casefold():
            told = explain_order(contract, order, engine.world(contract).in_force(order))
            yield Explained(contract.id, told, (), ())


def state_contract(store: Store, plan: Plan, key: str, now: datetime) -> Statement | None:
    """Where the contract called `key` stands, with what the plan would bill; None when there is none."""
    each = next((each for each in plan.assessments if each.contract.id == key.strip().casefold()), None)
    if each is None:
        return None
    account = issued(store.accounts.account(each.contract.id, now), each.contract.issued)
    out = {key for key, head in account.heads.items() if head.state in OUT}
    actions = each.plan.actions
    added = [(step.charge_key, step.amount) for action in actions for step in action.steps()]
    taken = [(gone.charge_key, -gone.amount) for action in actions for gone in action.removals]
    return statement_of(
        each.contract,
        account.claims,
        [*added, *taken],
        now.date(),
        out,
        whole_deposit(each.contract, account),
    )


def _explained(each: Assessment, verdict: Verdict, account: Account) -> Explained:
    own = [claim for claim in account.claims if claim.charge_key == verdict.charge_key]
    waiting = (account.unfinished(verdict.charge_key), account.refusal(verdict.charge_key))
    told = explain(verdict, [readable(claim, account) for claim in own])
    told = replace(told, steps=(*told.steps, *_deposited(each, verdict, account)))
    planned = tuple(one for one in each.plan.actions if verdict.charge_key in one.charges)
    return Explained(
        contract=each.contract.id,
        explanation=replace(
            told,
            outcome=_outcome(verdict, own, each),
            change=told.change or ("" if planned and verdict.rest is None else _waits(verdict, each)),
        ),
        pending=tuple(
            f"{one.state}: {one.problem or 'it is on its way'} {one.hint}".strip() for one in waiting if one
        ),
        planned=planned,
        decided=tuple(one for one in account.decisions if one.subject == verdict.charge_key),
    )


def _deposited(each: Assessment, verdict: Verdict, account: Account) -> Iterator[str]:
    """Of a deposit, what there is of it and what was drawn, payer by payer where several paid one."""
    if kind_of(verdict.charge_key) != "deposit":
        return
    whole = whole_deposit(each.contract, account)
    payers = [
        payer for payer in dict.fromkeys(claim.payer for claim in account.claims) if payer != SOLE_PAYER
    ]
    yield from (f"{payer} {deposit_of(each.contract, account, payer)}" for payer in payers)
    yield from [str(whole)] if whole is not None else []


def _with_remedy(explained: Explained, verdict: Verdict, world: World | None) -> Explained:
    """The explanation with all that would bill the work, tried one by one; as it is where nothing is known to help."""
    if world is None or verdict.outcome == "due":
        return explained
    found = remedy(verdict, world)
    if not found.steps:
        return explained
    told = "; ".join((*found.steps, *([f"then it still waits: {found.left}"] if found.left else [])))
    explanation = replace(explained.explanation, change=told, changes=found.steps, left=found.left)
    return replace(explained, explanation=explanation)


def _waits(verdict: Verdict, each: Assessment) -> str:
    """What a charge waits for that is due and not written whole: its month, a decision, a cap, a refusal. The finding
    about it says what to do."""
    held = [
        position.reason
        for position in each.plan.positions
        if position.charge_key == verdict.charge_key and position.bucket in ("held", "failed")
    ]
    by = {ref for one in each.plan.held if verdict.charge_key in one.action.charges for ref in one.by}
    found = (*each.plan.findings, *verdict.notices)
    about = [one for one in found if one.ref.startswith(verdict.charge_key) or one.ref in by]
    hints = [one.hint for one in about if one.hint] if held else []
    return "; ".join(dict.fromkeys([*held, *hints, *_never(verdict, each)]))


def _never(verdict: Verdict, each: Assessment) -> Iterable[str]:
    """What of a reduction no bill to come can bear, where the contract is worth less than it has billed."""
    if verdict.charge is None or verdict.charge.entitled.minor >= 0:
        return
    notices = (notice for one in each.verdicts for notice in one.notices)
    for found in (*each.plan.findings, *notices):
        if found.code == "change.below_billed":
            yield f"so much can never be taken off a bill: {found.reason}; {found.hint}"


def _outcome(verdict: Verdict, own: list[Claim], each: Assessment) -> str:
    """The outcome in a person's words: what the rules call due may be billed already, or declined by finance."""
    now = standing(own, each.contract.currency)
    if now.declined and not now.live:
        stands = (one.reason for one in each.plan.positions if one.charge_key == verdict.charge_key)
        return DECLINED if DECLINED in stands else KEPT
    if now.live and verdict.charge is not None and not now.delta(verdict.charge.entitled):
        return "billed"
    return verdict.outcome


def _names(verdict: Verdict) -> set[str]:
    sprint = verdict.work.id if verdict.work is not None and verdict.work.kind == "sprint" else ""
    return {
        name.casefold()
        for name in (verdict.key, _OF_KIND.sub("", verdict.key), verdict.title, sprint)
        if name
    }


def _holds(verdict: Verdict, parts: Iterable[Issue]) -> bool:
    """Whether the work is the epic, a sprint or a version that one of these issues belongs to, or they themselves."""
    work = verdict.work
    if work is None:
        return any(part.id in verdict.issues for part in parts)
    return any(work.id in _gathered_in(part, work.kind) for part in parts)


def _gathered_in(part: Issue, kind: WorkKind) -> Collection[str]:
    """Ids of the work of that kind which an issue is part of."""
    match kind:
        case "epic":
            return () if part.parent_id is None else (part.parent_id,)
        case "sprint":
            return part.sprint_ids
        case "version":
            return part.version_ids
        case "date" | "acceptance":
            return ()


def readable(claim: Claim, account: Account) -> Claim:
    """The claim with its document by the name that finance knows."""
    head = account.heads[claim.document_key]
    name = f"{document_name(head)} ({head.state.value}, recorded {claim.recorded_at:%Y-%m-%d %H:%M} UTC)"
    return replace(claim, document_key=name)
