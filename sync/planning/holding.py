"""Taking writes out of a plan that must wait for a person: each with the findings that say why. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from model.billing import Position
from model.finding import Finding
from sync.planning.actions import ContractPlan, Held
from sync.planning.fuse import stamp
from sync.planning.positions import NEXT_APPLY

RELEASE, WRITES = (
    "release",
    "writes",
)  #: the choice of a decision that lets writes pass, and what it names in its detail


def released(plan: ContractPlan, ref: str) -> dict[str, list[str]]:
    """The detail of a decision that releases the fuse `ref`: what it holds of this plan, to the very amount."""
    return {WRITES: sorted(stamp(held.action) for held in plan.held if ref in held.by)}


def hold(plan: ContractPlan, waiting: Mapping[str, Sequence[Finding]]) -> ContractPlan:
    """`plan` without the writes on the documents of `waiting`, by document key, each for the reasons given.

    What they would bill stays in the bucket it was in, and says why it waits. Where one makes a fee less, others
    may count on that: the whole plan waits with it.
    """
    waiting = _with_those_that_count_on(plan, waiting)
    held = [action for action in plan.actions if waiting.get(action.document_key)]
    if not held:
        return plan
    reasons: dict[str, str] = {}
    for action in held:
        reasons |= dict.fromkeys(action.charges, waiting[action.document_key][0].reason)
    found = dict.fromkeys(each for action in held for each in waiting[action.document_key])
    parked = [Held(action, tuple(each.ref for each in waiting[action.document_key])) for action in held]
    return replace(
        plan,
        actions=tuple(action for action in plan.actions if not waiting.get(action.document_key)),
        findings=(*plan.findings, *found),
        positions=tuple(_said(position, reasons) for position in plan.positions),
        held=(*plan.held, *parked),
    )


def _with_those_that_count_on(
    plan: ContractPlan, waiting: Mapping[str, Sequence[Finding]]
) -> Mapping[str, Sequence[Finding]]:
    lower = (action for action in plan.actions if action.gives_back and waiting.get(action.document_key))
    first = next(lower, None)
    if first is None:
        return waiting
    reasons = {action.document_key: waiting[first.document_key] for action in plan.actions}
    return reasons | {key: found for key, found in waiting.items() if found}


def _said(position: Position, reasons: Mapping[str, str]) -> Position:
    reason = reasons.get(position.charge_key)
    is_due = position.bucket == "held" and position.reason == NEXT_APPLY
    return replace(position, reason=reason) if reason is not None and is_due else position
