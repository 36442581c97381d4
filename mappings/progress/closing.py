"""What "closed" means: read from history, so that a later edit cannot change what was finished when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mappings.contract.calendar import Clock
from mappings.contract.rules import Contract
from mappings.progress.subjects import Agreed, Subject
from model.work import Issue, Sprint, Version


@dataclass(frozen=True, slots=True)
class Closure:
    """`closed_at` is set while the work is closed and not rejected; `last_at` when it was last closed at all.

    `rejected` names the resolution or status that says the work was not delivered, "" for none.
    """

    closed_at: datetime | None
    last_at: datetime | None
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class Rejects:
    """Resolutions and statuses, case folded, that do not count as delivered."""

    resolutions: frozenset[str]
    statuses: frozenset[str]

    @classmethod
    def of(cls, contract: Contract) -> Rejects:
        """The reject lists of `contract`."""
        return cls(
            frozenset(name.casefold() for name in contract.reject_resolutions),
            frozenset(name.casefold() for name in contract.reject_statuses),
        )

    def name(self, resolution: str, status: str) -> str:
        """Which of the two is rejected, "" for neither."""
        if resolution.casefold() in self.resolutions:
            return resolution
        return status if status.casefold() in self.statuses else ""


def closure(subject: Subject, rejects: Rejects, clock: Clock) -> Closure:
    """When `subject` was closed. A sprint by its completion, never by its planned end; a version by the day of
    its release and a date by itself, once they have come. An acceptance is never closed: it is recorded."""
    match subject:
        case Sprint():
            closed = subject.completed_at if subject.state == "closed" else None
            return Closure(closed, subject.completed_at)
        case Version():
            day = subject.released_on if subject.released else None
            began = clock.began(day) if day is not None else None
            return Closure(began, began)
        case Agreed():
            began = clock.began(subject.on) if subject.on is not None else None
            return Closure(began, began)
        case Issue():
            return finished(subject, rejects)


def finished(issue: Issue, rejects: Rejects) -> Closure:
    """When `issue` was closed, by its history."""
    entered = _last_entered_done(issue)
    if issue.category != "done":
        return Closure(None, entered)
    last = entered or _last_moved(issue)
    rejected = rejects.name(issue.resolution or "", issue.status)
    return Closure(None if rejected else last, last, rejected)


def value_at(issue: Issue, field: str, now: str, moment: datetime) -> str:
    """What `field` held at `moment`, by undoing every later change of its present value `now`."""
    value = now
    for change in reversed(issue.history):
        if change.at <= moment:
            break
        if change.field == field:
            value = change.old
    return value


def done_at(issue: Issue, moment: datetime, rejects: Rejects) -> bool:
    """True when `issue` was done, and not rejected, at `moment`."""
    if issue.created_at > moment or value_at(issue, "category", issue.category, moment) != "done":
        return False
    resolution = value_at(issue, "resolution", issue.resolution or "", moment)
    return not rejects.name(resolution, value_at(issue, "status", issue.status, moment))


def finished_at(issue: Issue, moment: datetime) -> datetime:
    """When `issue`, done at `moment`, had last become so."""
    return _last_entered_done(issue, moment) or issue.created_at


def sprints_at(issue: Issue, moment: datetime) -> frozenset[str]:
    """Ids of the sprints that `issue` was in at `moment`."""
    if issue.created_at > moment:
        return frozenset()
    return sprint_ids(value_at(issue, "sprint", ",".join(issue.sprint_ids), moment))


def was_in(issue: Issue, sprint: str, start: datetime | None, end: datetime | None) -> bool:
    """True when `issue` was in the sprint at any moment from `start` to `end`; None is the beginning, or now."""
    moves = (change for change in issue.history if change.field == "sprint")
    during = (
        each for each in moves if (start is None or each.at >= start) and (end is None or each.at <= end)
    )
    touched = any(sprint in sprint_ids(f"{change.old},{change.new}") for change in during)
    return touched or sprint in (frozenset(issue.sprint_ids) if end is None else sprints_at(issue, end))


def sprint_ids(text: str) -> frozenset[str]:
    """The ids in the text of a sprint change."""
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def ever_in(issue: Issue) -> frozenset[str]:
    """Ids of all sprints that `issue` ever was in."""
    past: Iterable[str] = (
        text for change in issue.history if change.field == "sprint" for text in (change.old, change.new)
    )
    return frozenset(issue.sprint_ids).union(*(sprint_ids(text) for text in past))


def _last_entered_done(issue: Issue, moment: datetime | None = None) -> datetime | None:
    for change in reversed(issue.history):
        if moment is not None and change.at > moment:
            continue
        if change.field == "category" and change.new == "done" and change.old != "done":
            return change.at
    return None


def _last_moved(issue: Issue) -> datetime:
    """An issue can be done without a change that says so: created done, or its status made a done one."""
    for change in reversed(issue.history):
        if change.field in {"status", "category"}:
            return change.at
    return issue.created_at
