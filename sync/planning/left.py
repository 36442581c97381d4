"""A contract whose file is gone: what it billed stays billed, its other finished work is held. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mappings.contract.rules import Contract
from mappings.progress.verdict import Verdict
from model.billing import Position
from model.finding import Finding
from sync.planning.actions import ContractPlan
from sync.planning.positions import NEXT_APPLY

_HINT = "Put the file back, or let another contract reach the work; what is billed stays billed."


def without_file(
    contract: Contract, verdicts: Sequence[Verdict], plan: ContractPlan
) -> tuple[tuple[Verdict, ...], ContractPlan]:
    """The verdicts and the plan of `contract` as they stand without its file: no write, and one finding in place of
    those about single pieces of work, as long as any of them waits."""
    positions = tuple(_held(contract, each) for each in plan.positions)
    waiting = sum(each.bucket == "held" for each in positions)
    found = (_gone(contract, waiting),) if waiting else ()
    judged = tuple(_unwritten(contract, each) for each in verdicts)
    return judged, replace(plan, actions=(), held=(), positions=positions, findings=found)


def _said(contract: Contract) -> str:
    return f"contract {contract.id!r} has no file any more ({contract.file})"


def _held(contract: Contract, position: Position) -> Position:
    if position.bucket not in ("held", "failed"):
        return position
    due = position.reason == NEXT_APPLY or position.reason.startswith("due;")
    reason = _said(contract) if due else f"{_said(contract)}; {position.reason}"
    return replace(position, bucket="held", reason=reason)


def _unwritten(contract: Contract, verdict: Verdict) -> Verdict:
    if verdict.outcome != "due":
        return verdict
    return replace(
        verdict,
        outcome="held",
        code="contract.left",
        reason=_said(contract),
        hint=_HINT,
        owner="admin",
        charge=None,
        parts=(),
        rest=None,
    )


def _gone(contract: Contract, waiting: int) -> Finding:
    """One for the contract: its work is listed in the bucket of what is held."""
    counted = "1 piece of finished work is" if waiting == 1 else f"{waiting} pieces of finished work are"
    reason = f"{_said(contract)}, and {counted} held for it"
    return Finding("contract.left", contract.id, reason, _HINT, "admin", contract.id)
