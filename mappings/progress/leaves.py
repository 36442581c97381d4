"""Which issues a price counts: done in the sprint or under the epic, each once ever within a contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from mappings.contract.prices import Counted, PerPoint
from mappings.contract.rates import Logged
from mappings.contract.rules import Contract
from mappings.progress.case import Case
from mappings.progress.claimed import Claimed, same_kind
from mappings.progress.closing import Closure, Rejects, done_at, finished, finished_at, sprints_at, value_at
from mappings.progress.fields import FieldGap, FieldIndex
from mappings.progress.priced import Delivered
from mappings.progress.site import Site
from mappings.words.numbers import number_in
from mappings.words.text import listed
from model.billing import Leaf
from model.work import Issue, Sprint, Version

_Gathering = TypeVar("_Gathering", Sprint, Version)
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Yield:
    """What a sprint or version finished: the issues `counted` for it with the time `logged` on them, time on a
    sprint's issues that was worked `outside` of any sprint, those issues that work of another kind has billed
    already, and the keys of those that came, went or were done before."""

    counted: list[Issue] = field(default_factory=list)
    logged: list[Logged] = field(default_factory=list)
    outside: list[Logged] = field(default_factory=list)
    billed_otherwise: list[Issue] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    done_before: list[str] = field(default_factory=list)


def sprint_yields(
    cases: Iterable[Case], contract: str, site: Site, claimed: Claimed, rejects: Rejects
) -> Mapping[str, Yield]:
    """What each sprint case finished, by charge key. An issue counts where it is claimed, else where it was
    done first; a sprint that still runs shows what is done in it so far, after all closed ones."""
    count = _Count(contract, claimed)
    for case, sprint in in_order(cases, Sprint):
        found = count.yields[case.charge_key] = Yield()
        for issue in site.members(sprint):
            if count.open_to(case, issue) and _counts(issue, sprint, case.closure.closed_at, rejects, found):
                count.put(case, issue)
    return count.yields


def counts_in(issue: Issue, sprint: Sprint, rejects: Rejects) -> bool:
    """Whether `issue` was done in `sprint`, or is done in it while it runs."""
    closed_at = sprint.completed_at if sprint.state == "closed" else None
    return _counts(issue, sprint, closed_at, rejects, Yield())


def version_yields(
    cases: Iterable[Case], contract: str, site: Site, claimed: Claimed, rejects: Rejects
) -> Mapping[str, Yield]:
    """What each version case contains, by charge key. An issue of several versions counts where it is claimed,
    else in the one released first; a rejected one only where its time is billed: it was worked."""
    count = _Count(contract, claimed)
    for case, version in in_order(cases, Version):
        count.yields[case.charge_key] = Yield()
        for issue in (*site.fixed_in(version), *site.moved_away(case.work, case.claims)):
            if count.open_to(case, issue) and (case.bills_time or not finished(issue, rejects).rejected):
                count.put(case, issue)
    return count.yields


def in_order(cases: Iterable[Case], kind: type[_Gathering]) -> list[tuple[Case, _Gathering]]:
    """The sprints or versions among `cases` by their closing; those that are not closed come last."""
    found = [(case, case.subject) for case in cases if isinstance(case.subject, kind)]
    closed = [pair for pair in found if pair[0].closure.closed_at is not None]
    closed.sort(key=lambda pair: (pair[0].closure.closed_at, len(pair[1].id), pair[1].id))
    return closed + [pair for pair in found if pair[0].closure.closed_at is None]


def of_sprint(case: Case, found: Yield, contract: Contract, fields: FieldIndex) -> Delivered:
    """The leaves of a sprint; where points are priced, with those each had when the sprint was completed."""
    moment = case.closure.closed_at
    if moment is None or not _priced_by_points(case):
        return Delivered(_each_once(_ordered(found.counted)))
    return _with_points(((issue, moment) for issue in _ordered(found.counted)), contract, fields)


def of_version(
    case: Case, found: Yield, contract: Contract, fields: FieldIndex, rejects: Rejects
) -> Delivered:
    """The leaves of a version: all that count, or where they are priced one by one those that are done, with
    the points they had when they were closed and the day of the release was over."""
    closures = [(issue, finished(issue, rejects)) for issue in _ordered(found.counted)]
    released_at = case.closure.last_at
    return _priced_each(case, closures, released_at and released_at + _DAY, contract, fields)


def of_epic(
    case: Case, epic: Issue, contract: Contract, site: Site, claimed: Claimed, rejects: Rejects
) -> Delivered:
    """The leaves of an epic: all children that count, or where they are priced one by one those that are done,
    with the points they had when the epic and they themselves were closed. Children that another charge has
    billed are left to it."""
    children = [
        child
        for child in _ordered([*site.children(epic), *site.moved_away(case.work, case.claims)])
        if claimed.leaf_owner(case.rules.id, child.id) in (None, case.charge_key)
    ]
    closures = [(child, finished(child, rejects)) for child in children]
    return _priced_each(case, closures, case.closure.last_at, contract, site.fields)


def _priced_each(
    case: Case,
    closures: Iterable[tuple[Issue, Closure]],
    closed_at: datetime | None,
    contract: Contract,
    fields: FieldIndex,
) -> Delivered:
    if case.rule is None or not isinstance(case.rule.price, Counted):
        return Delivered(_each_once(issue for issue, at in closures if not at.rejected))
    if not _priced_by_points(case):
        return Delivered(_each_once(issue for issue, at in closures if at.closed_at))
    moments = [(issue, max(at.closed_at, closed_at)) for issue, at in closures if at.closed_at and closed_at]
    return _with_points(moments, contract, fields)


def by_themselves(
    done: Iterable[tuple[Issue, datetime]], price: Counted, contract: Contract, fields: FieldIndex
) -> Delivered:
    """The leaves of issues that no work gathers, each with what it had when it was done."""
    if isinstance(price, PerPoint):
        return _with_points(done, contract, fields)
    return Delivered(_each_once(issue for issue, _ in done))


class _Count:
    """Gives each issue to one work of a kind: to the one that has claimed it, else to the first that asks."""

    def __init__(self, contract: str, claimed: Claimed) -> None:
        self._contract, self._claimed = contract, claimed
        self._taken: dict[str, str] = {}
        self.yields: dict[str, Yield] = {}

    def open_to(self, case: Case, issue: Issue) -> bool:
        """Whether no other work of its kind has the issue."""
        owner = self._owner(issue)
        return owner in (None, case.charge_key) or self._is_other_kind(owner, case)

    def put(self, case: Case, issue: Issue) -> None:
        """Count the issue, or note that work of another kind has billed it."""
        found = self.yields[case.charge_key]
        otherwise = self._is_other_kind(self._owner(issue), case)
        (found.billed_otherwise if otherwise else found.counted).append(issue)
        self._taken.setdefault(issue.id, case.charge_key)

    def _owner(self, issue: Issue) -> str | None:
        return self._claimed.leaf_owner(self._contract, issue.id) or self._taken.get(issue.id)

    @staticmethod
    def _is_other_kind(owner: str | None, case: Case) -> bool:
        return owner is not None and not same_kind(owner, case.charge_key)


def scope_notes(found: Yield) -> list[str]:
    """Sentences on what came to a sprint late, went from it, or was done before it began."""
    notes = []
    if found.added:
        notes.append(f"added after the sprint started: {listed(found.added)}")
    if found.removed:
        notes.append(f"removed while it ran: {listed(found.removed)}")
    if found.done_before:
        notes.append(f"done before it started, so not counted: {listed(found.done_before)}")
    return notes


def _counts(issue: Issue, sprint: Sprint, moment: datetime | None, rejects: Rejects, found: Yield) -> bool:
    if moment is None:
        return sprint.id in issue.sprint_ids and finished(issue, rejects).closed_at is not None
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
        field_id = fields.points(contract.points_field, issue.project_id)
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
