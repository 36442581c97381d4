"""Which issues a price counts: done in the sprint or under the epic, each once ever within a contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from mappings.claimed import Claimed, bills_an_epic
from mappings.closing import Closure, Rejects, closure, done_at, finished_at, sprints_at, value_at
from mappings.fields import FieldGap, FieldIndex
from mappings.numbers import number_in
from mappings.ownership import Case
from mappings.priced import Delivered
from mappings.prices import Counted, PerPoint
from mappings.rates import Logged
from mappings.rules import Contract
from mappings.site import Site
from mappings.text import listed
from model.billing import Leaf
from model.work import Issue, Sprint


@dataclass(slots=True)
class SprintYield:
    """What a sprint finished: the issues that count for it with the time `logged` on them, time on its issues
    that was worked `outside` of any sprint, those issues that an epic has billed already, and the keys of those
    that came, went or were done before."""

    done: list[Issue] = field(default_factory=list)
    logged: list[Logged] = field(default_factory=list)
    outside: list[Logged] = field(default_factory=list)
    billed_by_epic: list[Issue] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    done_before: list[str] = field(default_factory=list)


def sprint_yields(
    cases: Iterable[Case], contract: str, site: Site, claimed: Claimed, rejects: Rejects
) -> Mapping[str, SprintYield]:
    """What each sprint case finished, by charge key. An issue counts where it is claimed, else where it was
    done first; a sprint that still runs shows what is done in it so far, after all closed ones."""
    taken: dict[str, str] = {}
    yields: dict[str, SprintYield] = {}
    for case, sprint in in_order(cases):
        found = yields[case.charge_key] = SprintYield()
        for issue in site.members(sprint):
            owner = claimed.leaf_owner(contract, issue.id) or taken.get(issue.id)
            by_epic = owner is not None and bills_an_epic(owner)
            if not by_epic and owner not in (None, case.charge_key):
                continue
            if _counts(issue, sprint, case.closure, rejects, found):
                (found.billed_by_epic if by_epic else found.done).append(issue)
                taken.setdefault(issue.id, case.charge_key)
    return yields


def in_order(cases: Iterable[Case]) -> list[tuple[Case, Sprint]]:
    """The sprints among `cases` by their closing; those that still run come last."""
    sprints = [(case, case.subject) for case in cases if isinstance(case.subject, Sprint)]
    closed = [pair for pair in sprints if pair[0].closure.closed_at is not None]
    closed.sort(key=lambda pair: (pair[0].closure.closed_at, len(pair[1].id), pair[1].id))
    return closed + [pair for pair in sprints if pair[0].closure.closed_at is None]


def of_sprint(case: Case, found: SprintYield, contract: Contract, fields: FieldIndex) -> Delivered:
    """The leaves of a sprint; where points are priced, with those each had when the sprint was completed."""
    moment = case.closure.closed_at
    if moment is None or not _priced_by_points(case):
        return Delivered(_each_once(_ordered(found.done)))
    return _with_points(((issue, moment) for issue in _ordered(found.done)), contract, fields)


def of_epic(
    case: Case, epic: Issue, contract: Contract, site: Site, claimed: Claimed, rejects: Rejects
) -> Delivered:
    """The leaves of an epic: all children that count, or where they are priced one by one those that are done,
    with the points they had when the epic and they themselves were closed. Children that another charge has
    billed are left to it."""
    children = [
        child
        for child in _ordered(site.children(epic))
        if claimed.leaf_owner(case.rules.id, child.id) in (None, case.charge_key)
    ]
    closures = [(child, closure(child, rejects)) for child in children]
    if case.rule is None or not isinstance(case.rule.price, Counted):
        return Delivered(_each_once(child for child, at in closures if not at.rejected))
    if not _priced_by_points(case):
        return Delivered(_each_once(child for child, at in closures if at.closed_at))
    closed_at = case.closure.last_at
    moments = [(child, max(at.closed_at, closed_at)) for child, at in closures if at.closed_at and closed_at]
    return _with_points(moments, contract, site.fields)


def scope_notes(found: SprintYield) -> list[str]:
    """Sentences on what came to a sprint late, went from it, or was done before it began."""
    notes = []
    if found.added:
        notes.append(f"added after the sprint started: {listed(found.added)}")
    if found.removed:
        notes.append(f"removed while it ran: {listed(found.removed)}")
    if found.done_before:
        notes.append(f"done before it started, so not counted: {listed(found.done_before)}")
    return notes


def _counts(issue: Issue, sprint: Sprint, closed: Closure, rejects: Rejects, found: SprintYield) -> bool:
    moment = closed.closed_at
    if moment is None:
        return sprint.id in issue.sprint_ids and closure(issue, rejects).closed_at is not None
    member = sprint.id in sprints_at(issue, moment)
    started = sprint.starts_at
    at_start = started is not None and sprint.id in sprints_at(issue, started)
    if at_start and not member:
        found.removed.append(issue.key)
    if not member or not done_at(issue, moment, rejects):
        return False
    if started is not None and finished_at(issue, moment) < started:
        found.done_before.append(issue.key)
        return False
    if started is not None and not at_start:
        found.added.append(issue.key)
    return True


def _with_points(
    issues: Iterable[tuple[Issue, datetime]], contract: Contract, fields: FieldIndex
) -> Delivered:
    leaves: list[Leaf] = []
    without: list[str] = []
    odd: list[str] = []
    for issue, moment in issues:
        field_id = fields.points(contract, issue.project_id)
        if isinstance(field_id, FieldGap):
            return Delivered(gap=field_id)
        text = value_at(issue, field_id, next(iter(issue.fields.get(field_id, ())), ""), moment)
        points = number_in(text)
        if not text.strip():
            without.append(issue.key)
        elif points is None or points < 0:
            odd.append(issue.key)
        else:
            leaves.append(Leaf(issue.id, issue.key, points))
    return Delivered(tuple(leaves), tuple(without), tuple(odd))


def _each_once(issues: Iterable[Issue]) -> tuple[Leaf, ...]:
    return tuple(Leaf(issue.id, issue.key, Decimal(1)) for issue in issues)


def _priced_by_points(case: Case) -> bool:
    return case.rule is not None and isinstance(case.rule.price, PerPoint)


def _ordered(issues: Iterable[Issue]) -> list[Issue]:
    return sorted(issues, key=lambda issue: (len(issue.id), issue.id))
