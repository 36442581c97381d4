"""When what a charge waits for has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mappings.contract.calendar import Clock, start_of
from mappings.contract.orders import ChangeOrder
from mappings.contract.rules import Contract
from mappings.contract.triggers import AcceptanceOf, EpicClosed, FirstWork, OnDay, Trigger
from mappings.progress.acceptance import recorded
from mappings.progress.case import Case
from mappings.progress.closing import Rejects, finished
from mappings.progress.site import Site
from model.work import Issue, Sprint


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments of one contract, whose work is `cases`."""

    contract: Contract
    cases: Sequence[Case]
    site: Site
    clock: Clock

    def of(self, trigger: Trigger) -> datetime | None:
        """When it came; None while it has not, or not any more."""
        match trigger:
            case OnDay(on):
                return self.clock.began(on)
            case EpicClosed(key):
                epic = self.site.epic_called(key)
                return finished(epic, Rejects.of(self.contract)).closed_at if epic is not None else None
            case AcceptanceOf(name):
                accepted = recorded(self.contract.accepted, self.clock, name)
                return accepted.at if accepted.share == 100 else None
            case FirstWork():
                return self._first_start()

    def in_force(self, order: ChangeOrder) -> datetime | None:
        """When a change order came into force: it is agreed, and what it waits for has come."""
        agreed = self.of(OnDay(order.on))
        come = agreed if order.when is None else self.of(order.when)
        return None if agreed is None or come is None else max(agreed, come)

    def _first_start(self) -> datetime | None:
        reached = (case for case in self.cases if case.matched and case.exclusion is None)
        first = min((start for case in reached for start in _starts(case, self.site)), default=None)
        return None if first is None else max(first, start_of(self.contract.starts, self.clock.zone))


def _starts(case: Case, site: Site) -> Iterator[datetime]:
    """When a piece of work, and what is in it, was begun."""
    subject = case.subject
    if isinstance(subject, Sprint):
        if subject.state != "future" and subject.starts_at is not None:
            yield subject.starts_at
        return
    if isinstance(subject, Issue):
        yield from _begun((subject,))
    if subject is not None:
        yield from _begun(site.contents(subject))


def _begun(issues: Iterable[Issue]) -> Iterator[datetime]:
    for issue in issues:
        left = (each.at for each in issue.history if each.field == "category" and each.old == "new")
        if issue.category in ("indeterminate", "done"):
            yield next(left, issue.created_at)
