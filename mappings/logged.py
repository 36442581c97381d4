"""Which logged time counts for a piece of work: by the day it was worked, each worklog once within a contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from mappings.claimed import Claimed, bills_an_epic
from mappings.closing import was_in
from mappings.leaves import SprintYield, in_order
from mappings.ownership import Case
from mappings.priced import Delivered
from mappings.prices import Hours
from mappings.rates import Logged
from mappings.rules import Contract
from mappings.site import Site
from model.billing import Leaf
from model.work import Issue, Sprint


def bills_time(case: Case) -> bool:
    """True when the rule of the work prices hours."""
    return case.rule is not None and isinstance(case.rule.price, Hours)


def time_yields(
    cases: Iterable[Case], contract: str, site: Site, claimed: Claimed, zone: ZoneInfo
) -> Mapping[str, SprintYield]:
    """The time of each sprint that is billed by it, by charge key: worked on a day from its start to its
    completion, on issues that were in it then. A day of two sprints belongs to the one completed first."""
    taken: dict[str, str] = {}
    yields: dict[str, SprintYield] = {}
    for case, sprint in in_order(case for case in cases if bills_time(case)):
        found = yields[case.charge_key] = SprintYield()
        for leaf in site.members(sprint):
            if not was_in(leaf, sprint.id, sprint.starts_at, sprint.completed_at):
                continue
            logged = [
                each
                for each in _on(site, leaf, zone)
                if _during(sprint, each.day, zone)
                and _free(claimed.worklog_owner(contract, each.log.id), case)
                and _free(taken.get(each.log.id), case)
            ]
            owner = claimed.whole_owner(contract, leaf.id)
            if not logged or not (_free(owner, case) or bills_an_epic(owner or "")):
                continue
            if not _free(owner, case):
                found.billed_by_epic.append(leaf)
                continue
            found.done.append(leaf)
            found.logged += logged
            taken |= {each.log.id: case.charge_key for each in logged}
    return yields


def time_of_sprint(found: SprintYield, contract: Contract) -> Delivered:
    """The time of a sprint as it counts for its price."""
    return _delivered(found.logged, contract)


def time_of_epic(
    case: Case, epic: Issue, contract: Contract, site: Site, claimed: Claimed, zone: ZoneInfo
) -> Delivered:
    """The time logged on an epic, its issues and their sub-tasks, whatever became of them: it was worked."""
    leaves = (leaf for leaf in site.children(epic) if _free(claimed.whole_owner(contract.id, leaf.id), case))
    logged = [*_of(epic, zone), *(each for leaf in leaves for each in _on(site, leaf, zone))]
    free = [each for each in logged if _free(claimed.worklog_owner(contract.id, each.log.id), case)]
    return _delivered(free, contract)


def _delivered(logged: Iterable[Logged], contract: Contract) -> Delivered:
    ordered = sorted(logged, key=lambda each: (each.log.started_at, len(each.log.id), each.log.id))
    counted = tuple(each for each in ordered if each.day >= contract.starts)
    return Delivered(
        leaves=tuple(
            Leaf(each.issue.id, each.issue.key, Decimal(each.log.seconds), each.log.id) for each in counted
        ),
        logged=counted,
        early=tuple(each for each in ordered if each.day < contract.starts),
    )


def _on(site: Site, leaf: Issue, zone: ZoneInfo) -> Iterator[Logged]:
    """Time on an issue and its sub-tasks."""
    for issue in (leaf, *site.parts(leaf)):
        yield from _of(issue, zone)


def _of(issue: Issue, zone: ZoneInfo) -> Iterator[Logged]:
    for log in issue.worklogs:
        yield Logged(issue, log, log.started_at.astimezone(zone).date())


def _during(sprint: Sprint, day: date, zone: ZoneInfo) -> bool:
    start, end = sprint.starts_at, sprint.completed_at
    return (start is None or start.astimezone(zone).date() <= day) and (
        end is None or day <= end.astimezone(zone).date()
    )


def _free(owner: str | None, case: Case) -> bool:
    return owner in (None, case.charge_key)
