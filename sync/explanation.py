"""Finding a piece of work by what a person calls it, and everything known about why it is billed or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mappings.explain import Explanation, explain
from mappings.verdict import Verdict
from model.billing import Claim
from sync.actions import Action
from sync.assess import Assessment
from sync.engine import Plan
from sync.findings import document_name
from sync.store import Store
from sync.views import Head


@dataclass(frozen=True, slots=True)
class Explained:
    """One piece of work: its contract, its explanation, the documents it stands on, what would be written."""

    contract: str
    explanation: Explanation
    documents: tuple[str, ...]
    planned: tuple[Action, ...]


def explain_work(store: Store, plan: Plan, key: str, now: datetime) -> tuple[Explained, ...]:
    """Everything called `key`: an epic, one of its issues, a sprint by name or id, or each deposit."""
    found = []
    for each in plan.assessments:
        account = store.accounts.account(each.contract.id, now)
        for verdict in each.verdicts:
            claims = [claim for claim in account.claims if claim.charge_key == verdict.charge_key]
            if _is_called(verdict, claims, key):
                found.append(
                    Explained(
                        each.contract.id,
                        explain(verdict, claims),
                        tuple(_document(claim, account.heads[claim.document_key]) for claim in claims),
                        _planned(each, verdict),
                    )
                )
    return tuple(found)


def _is_called(verdict: Verdict, claims: Iterable[Claim], key: str) -> bool:
    wanted = key.casefold()
    names = {
        verdict.key,
        verdict.title,
        verdict.work.id if verdict.work and verdict.work.kind == "sprint" else "",
    }
    leaves = [
        *(verdict.charge.leaves if verdict.charge else ()),
        *(leaf for claim in claims for leaf in claim.leaves),
    ]
    return wanted in {name.casefold() for name in names} or any(
        leaf.key.casefold() == wanted for leaf in leaves
    )


def _document(claim: Claim, head: Head) -> str:
    ended = f", {claim.ended}" if claim.ended else ""
    recorded = f"recorded {claim.recorded_at:%Y-%m-%d %H:%M} UTC"
    return f"{document_name(head)}: {claim.amount}, {head.state.value}{ended}, {recorded}"


def _planned(each: Assessment, verdict: Verdict) -> tuple[Action, ...]:
    return tuple(action for action in each.plan.actions if verdict.charge_key in action.document_key)
