"""An issue that moved on is billed once: not while the draft that it left still bills it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from mappings.progress.verdict import Verdict
from mappings.words.text import listed
from model.billing import Charge, Claim, Leaf
from model.finding import Finding
from sync.planning.actions import Action, ContractPlan
from sync.planning.documents import document_name
from sync.planning.ledger import by_charge, standing
from sync.planning.views import Account

_Issue = tuple[str, str]  #: its id, and the worklog where its time is billed


def still_billed(
    plan: ContractPlan, verdicts: Sequence[Verdict], account: Account, under_way: Sequence[Claim] = ()
) -> Mapping[str, list[Finding]]:
    """Why writes of `plan`, by document key, have to wait: they bill an issue that a line of other work bills too, and
    goes on to bill. A line lets go of an issue once its own work is due without it and is billed no more than that,
    before or by the same plan; what may have been sent (`under_way`) lets go of nothing before its end is known."""
    found = defaultdict[str, list[Finding]](list)
    if not plan.actions:
        return found
    kept = _kept(plan, verdicts, account)
    for claim in under_way:
        if claim.document_key in account.heads:
            for issue in map(_issue, claim.leaves):
                kept[issue].append(claim)
    for action in plan.actions:
        for key, leaves in _billed(action):
            others = {leaf.key: _other(kept.get(_issue(leaf), ()), key) for leaf in leaves}
            twice = {issue: claim for issue, claim in others.items() if claim is not None}
            if twice:
                names = dict.fromkeys(
                    document_name(account.heads[each.document_key]) for each in twice.values()
                )
                left = "for the work that it has left, and goes on to"
                reason = f"{listed(list(twice))} would be billed twice: {', '.join(names)} bills it {left}"
                hint = "It is billed here once that bill is without it: see what holds the other work."
                found[action.document_key].append(
                    Finding("work.overlap", action.subject, reason, hint, "team", key)
                )
    return found


def _billed(action: Action) -> Iterator[tuple[str, tuple[Leaf, ...]]]:
    """The charges that a write bills more of, with their issues."""
    for step in action.steps():
        if step.amount.minor > 0 and not action.corrects:
            yield step.charge_key, step.leaves


def _kept(plan: ContractPlan, verdicts: Sequence[Verdict], account: Account) -> dict[_Issue, list[Claim]]:
    """The claims that bill an issue once the plan is done, by issue."""
    charges = {verdict.charge_key: verdict.charge for verdict in verdicts if verdict.charge is not None}
    less = {key for action in plan.actions for key in _lowered(action)}
    found = defaultdict[_Issue, list[Claim]](list)
    for key, claims in by_charge(account.claims).items():
        charge = charges.get(key)
        settles = charge is not None and (key in less or not _is_too_much(claims, charge))
        own = {_issue(leaf) for leaf in charge.leaves} if charge is not None else set[_Issue]()
        for claim in claims:
            if claim.ended is None and not claim.is_credit:
                for issue in map(_issue, claim.leaves):
                    if not settles or issue in own:
                        found[issue].append(claim)
    return found


def _lowered(action: Action) -> Iterator[str]:
    yield from (each.charge_key for each in action.removals)
    yield from (change.line.charge_key for change in action.changes if change.line.amount < change.before)


def _is_too_much(claims: Sequence[Claim], charge: Charge) -> bool:
    """Whether more is billed of a charge than it is worth now."""
    now = standing(claims, charge.entitled.currency).against(charge.entitled)
    return now.delta(charge.entitled).minor < 0


def _issue(leaf: Leaf) -> _Issue:
    return leaf.issue_id, leaf.worklog_id


def _other(claims: Sequence[Claim], key: str) -> Claim | None:
    return next((claim for claim in claims if claim.charge_key != key), None)
