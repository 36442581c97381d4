"""Which logged time counts for a piece of work: by the day it was worked, each worklog once within a contract."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from mappings.contract.rates import Logged
from mappings.contract.rules import Contract
from mappings.progress.case import Case
from mappings.progress.claimed import Claimed, same_kind
from mappings.progress.closing import was_in
from mappings.progress.leaves import Yield, in_order
from mappings.progress.priced import Delivered
from mappings.progress.site import Site
from model.billing import Leaf
from model.work import Issue, Sprint


@dataclass(frozen=True, slots=True)
class Timesheet:
    """The time logged on a site, as one contract (its id) may bill it. `zone` says which day a moment is on."""

    contract: str
    site: Site
    claimed: Claimed
    zone: ZoneInfo

    def yields(self, cases: Iterable[Case]) -> Mapping[str, Yield]:
        """The time of each sprint that is billed by it, by charge key: worked on a day from its start to its
        completion, on issues that were in it then. A day of two sprints belongs to the one completed first."""
        taken: set[str] = set()
        yields: dict[str, Yield] = {}
        ordered = in_order((case for case in cases if case.bills_time), Sprint)
        for case, sprint in ordered:
            found = yields[case.charge_key] = Yield()
            for leaf in self.site.members(sprint):
                self._take(case, sprint, leaf, found, taken)
        last = {leaf.id: (case, leaf) for case, sprint in ordered for leaf in self.site.members(sprint)}
        for case, leaf in last.values():
            yields[case.charge_key].outside += self._outside(case, leaf, taken)
        return yields

    def of_epic(self, case: Case, epic: Issue) -> Delivered:
        """The time logged on an epic, its issues and their sub-tasks, whatever became of them: it was worked."""
        return self.of_issues(case, self.site.children(epic), self._on(epic))

    def of_issues(self, case: Case, issues: Iterable[Issue], more: Iterable[Logged] = ()) -> Delivered:
        """The time logged on issues and their sub-tasks, and `more`."""
        mine = (None, case.charge_key)
        leaves = (leaf for leaf in issues if self._whole_owner(leaf) in mine)
        logged = [*more, *(each for leaf in leaves for each in self._on_leaf(leaf))]
        moved = self.site.moved_away(case.work, case.claims)
        billed = [
            each for leaf in moved for each in self._on_leaf(leaf) if self._owner(each) == case.charge_key
        ]
        unbilled = (each for each in logged if self._owner(each) in mine)
        return as_delivered([*unbilled, *billed], case.rules)

    def _take(self, case: Case, sprint: Sprint, leaf: Issue, found: Yield, taken: set[str]) -> None:
        """Put what was worked on `leaf` in the sprint into `found`, unless another charge has billed it."""
        mine, owner = (None, case.charge_key), self._whole_owner(leaf)
        otherwise = owner is not None and not same_kind(owner, case.charge_key)
        if not (otherwise or owner in mine):
            return
        if not was_in(leaf, sprint.id, sprint.starts_at, sprint.completed_at):
            return
        first, last = self._days(sprint)
        logged = [
            each
            for each in self._on_leaf(leaf)
            if first <= each.day <= last and each.log.id not in taken and self._owner(each) in mine
        ]
        if not logged:
            return
        if otherwise:
            found.billed_otherwise.append(leaf)
            return
        found.counted.append(leaf)
        found.logged += logged
        taken |= {each.log.id for each in logged}

    def _outside(self, case: Case, leaf: Issue, taken: Collection[str]) -> Iterator[Logged]:
        """Time on no day of any sprint, said with the last sprint that had its issue: nothing is lost unseen."""
        if self._whole_owner(leaf) is None:
            for each in self._on_leaf(leaf):
                if each.log.id not in taken and self._owner(each) is None and each.day >= case.rules.begins:
                    yield each

    def _on_leaf(self, leaf: Issue) -> Iterator[Logged]:
        """Time on an issue and its sub-tasks."""
        for issue in (leaf, *self.site.parts(leaf)):
            yield from self._on(issue)

    def _on(self, issue: Issue) -> Iterator[Logged]:
        for log in issue.worklogs:
            yield Logged(issue, log, log.started_at.astimezone(self.zone).date())

    def _days(self, sprint: Sprint) -> tuple[date, date]:
        """The first and the last day of a sprint; one that still runs has no last day yet."""
        start, end = sprint.starts_at, sprint.completed_at
        first = start.astimezone(self.zone).date() if start else date.min
        return first, end.astimezone(self.zone).date() if end else date.max

    def _owner(self, each: Logged) -> str | None:
        return self.claimed.worklog_owner(self.contract, each.log.id)

    def _whole_owner(self, leaf: Issue) -> str | None:
        return self.claimed.whole_owner(self.contract, leaf.id)


def as_delivered(logged: Iterable[Logged], contract: Contract) -> Delivered:
    """Logged time as it counts for a price: a leaf for each worklog, what is before the contract's start apart."""
    ordered = sorted(logged, key=lambda each: (each.log.started_at, len(each.log.id), each.log.id))
    counted = tuple(each for each in ordered if each.day >= contract.begins)
    return Delivered(
        leaves=tuple(
            Leaf(each.issue.id, each.issue.key, Decimal(each.log.seconds), each.log.id) for each in counted
        ),
        logged=counted,
        early=tuple(each for each in ordered if each.day < contract.begins),
    )
