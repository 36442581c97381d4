"""What became of a sprint: who was in it at its start and end, what was done, with the estimates of then.

Read from the histories alone, as the report of Jira's boards is; sub-tasks count with their parents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.jira.entities import Board, Sprint, User
from sandbox.jira.issue import Issue, Item
from sandbox.jira.sprints import done_statuses
from sandbox.jira.state import JiraState

_TIMES = {
    "timeoriginalestimate": lambda issue: issue.original_estimate,
    "timeestimate": lambda issue: issue.remaining_estimate,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One issue's part in a sprint; estimates are None where there was none."""

    issue: Issue
    estimate: float | None  #: when the sprint started, or the issue came into it
    final: float | None  #: at the end
    added: bool  #: after the start


@dataclass(slots=True)
class SprintReport:
    """The four lists of a sprint's report."""

    completed: list[Part] = field(default_factory=list)
    unfinished: list[Part] = field(default_factory=list)
    removed: list[Part] = field(default_factory=list)
    elsewhere: list[Part] = field(default_factory=list)  #: done before the sprint started or they came

    def everything(self) -> Iterator[Part]:
        """Every part once."""
        yield from (*self.completed, *self.unfinished, *self.removed, *self.elsewhere)


def sprint_reports(
    state: JiraState, board: Board, sprints: Sequence[Sprint], user: User, now: datetime
) -> list[SprintReport]:
    """The reports of sprints on a board, so far where one is still open, of what `user` may see."""
    concerned = _concerned(state, user)
    return [_report(state, board, sprint, concerned[str(sprint.id)], now) for sprint in sprints]


def _report(
    state: JiraState, board: Board, sprint: Sprint, concerned: Sequence[Issue], now: datetime
) -> SprintReport:
    start, end = sprint.activated_at or sprint.starts_at or now, sprint.completed_at or now
    found, done = SprintReport(), done_statuses(board)
    for issue in concerned:
        stays = [
            (max(came, start), left) for came, left in _stays(state, issue, sprint.id, end) if left >= start
        ]
        if not stays:
            continue
        came, left = stays[0][0], stays[-1][1]
        estimates = estimate_at(board, issue, came), estimate_at(board, issue, end)
        part = Part(issue, *estimates, added=came > start)
        if left < end:
            found.removed.append(part)
        elif _status(issue, end) not in done:
            found.unfinished.append(part)
        else:
            (found.elsewhere if _status(issue, came) in done else found.completed).append(part)
    return found


def _concerned(state: JiraState, user: User) -> defaultdict[str, list[Issue]]:
    """The visible issues that are or ever were in each sprint, by its id: one look at every history."""
    found: defaultdict[str, list[Issue]] = defaultdict(list)
    field_id = _sprint_field(state)
    for issue in state.issues.values():
        ids = {str(number) for number in issue.sprint_ids}
        for entry in issue.histories:
            for item in entry.items:
                if item.field_id == field_id:
                    ids |= _ids(item.old) | _ids(item.new)
        if ids and state.types[issue.type_id].level >= 0 and state.can_see(user, issue):
            for number in ids:
                found[number].append(issue)
    return found


def _stays(state: JiraState, issue: Issue, sprint_id: int, end: datetime) -> list[tuple[datetime, datetime]]:
    """From when to when an issue was in a sprint, until `end`."""
    wanted, field_id = str(sprint_id), _sprint_field(state)
    changes = [
        (entry.at, item) for entry in issue.histories for item in entry.items if item.field_id == field_id
    ]
    inside = wanted in _ids(changes[0][1].old) if changes else sprint_id in issue.sprint_ids
    stays, since = [], issue.created_at
    for at, item in changes:
        if at > end:
            break
        if inside and wanted not in _ids(item.new):
            stays.append((since, at))
        if not inside:
            since = at
        inside = wanted in _ids(item.new)
    return [*stays, (since, end)] if inside and since <= end else stays


def _sprint_field(state: JiraState) -> str:
    found = state.field_of("sprint")
    return found.id if found else ""


def _ids(text: str | None) -> set[str]:
    return set((text or "").split(", "))


def _status(issue: Issue, at: datetime) -> int:
    changed = _next_change(issue, "status", at)
    return int(changed.old or 0) if changed else issue.status_id


def estimate_at(board: Board, issue: Issue, at: datetime) -> float | None:
    """What the board estimates by, as it stood at a moment."""
    field_id = board.estimation
    if field_id in (None, "issueCount"):
        return 1.0
    changed = _next_change(issue, str(field_id), at)
    if field_id in _TIMES:
        value = changed.old if changed else _TIMES[field_id](issue)
    else:
        value = changed.old_text if changed else issue.values.get(str(field_id))
    return float(value) if isinstance(value, (int, float)) or value else None


def _next_change(issue: Issue, field_id: str, at: datetime) -> Item | None:
    """The first change of a field after a moment: what it was before it is what held then."""
    later = (entry for entry in issue.histories if entry.at > at)
    return next((item for entry in later for item in entry.items if item.field_id == field_id), None)
