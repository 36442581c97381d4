"""Contracts that would bill the same work in one go: the first one does, the other waits and says so. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mappings.contract.rules import Contract
from mappings.words.text import listed
from model.finding import Finding
from sync.planning.actions import Action, ContractPlan

_Issue = tuple[str, str]  # its site and its id


def without_rivals(plans: Sequence[tuple[Contract, ContractPlan]]) -> tuple[ContractPlan, ...]:
    """Of two contracts that would bill the same issue in one go the first one does; the other waits and says so.

    In the next look the claim of the first one holds the other by itself.
    """
    billed: dict[_Issue, str] = {}
    result = []
    for contract, plan in plans:
        kept, found = list[Action](), list[Finding]()
        for action in plan.actions:
            issues = _issues(contract, action)
            shared = sorted(
                key for issue, key in issues.items() if billed.get(issue, contract.id) != contract.id
            )
            if shared:
                found.append(_overlap(action, shared))
                continue
            billed |= dict.fromkeys(issues, contract.id)
            kept.append(action)
        result.append(replace(plan, actions=tuple(kept), findings=(*plan.findings, *found)))
    return tuple(result)


def _issues(contract: Contract, action: Action) -> dict[_Issue, str]:
    """What an action bills, with the keys of the issues."""
    leaves = (leaf for step in action.steps() for leaf in step.leaves)
    return {(contract.site, leaf.issue_id): leaf.key for leaf in leaves}


def _overlap(action: Action, keys: list[str]) -> Finding:
    reason = f"{listed(keys)} would be billed under another contract in the same run"
    hint = "Let only one contract reach these issues."
    return Finding("work.overlap", action.subject, reason, hint, "admin", action.document_key)
