"""Time worked: worklogs written, corrected and removed, with the estimates and the history they move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sandbox.jira import history
from sandbox.jira.events import Event
from sandbox.jira.issue import Issue, Worklog
from sandbox.jira.state import JiraState
from sandbox.jira.verbs import to_millisecond


@dataclass(frozen=True, slots=True)
class Adjust:
    """What becomes of the remaining estimate: "auto" moves it by the time, "leave" keeps it, "new" sets it to
    `seconds`, "manual" moves it by `seconds` (down when time is added, up when it is taken away)."""

    mode: Literal["auto", "leave", "new", "manual"] = "auto"
    seconds: int = 0

    def remaining(self, before: int | None, worked: int) -> int | None:
        """The remaining estimate after `worked` more seconds (negative: fewer)."""
        if self.mode == "leave":
            return before
        if self.mode == "new":
            return self.seconds
        shift = worked if self.mode == "auto" else self.seconds * (1 if worked >= 0 else -1)
        return max(0, (before or 0) - shift)


AUTO = Adjust()


def log_work(
    state: JiraState,
    issue: Issue,
    seconds: int,
    *,
    by: str,
    at: datetime,
    started_at: datetime | None = None,
    comment: str = "",
    adjust: Adjust = AUTO,
    visibility: dict[str, object] | None = None,
) -> Worklog:
    """Write down time worked; the remaining estimate shrinks, never below zero."""
    at = to_millisecond(at)
    state.lag.remember(issue.id, issue, at)
    started = to_millisecond(started_at or at)
    worklog = Worklog(state.next_id("worklog"), by, started, seconds, at, at, comment, by, visibility)
    issue.worklogs.append(worklog)
    state.by_worklog[worklog.id] = issue.id
    state.worklogs_updated.touch(worklog.id, at)
    _book_time(state, issue, seconds, worklog.id, by, at, adjust)
    if state.listeners:
        state.announce(Event("worklog_created", at, by, worklog, issue))
    return worklog


def edit_worklog(
    state: JiraState,
    issue: Issue,
    worklog: Worklog,
    seconds: int,
    *,
    by: str,
    at: datetime,
    adjust: Adjust = AUTO,
) -> None:
    """Correct the time of a worklog."""
    at = to_millisecond(at)
    state.lag.remember(issue.id, issue, at)
    difference = seconds - worklog.seconds
    worklog.seconds, worklog.updated_at, worklog.update_author = seconds, at, by
    state.worklogs_updated.touch(worklog.id, at)
    _book_time(state, issue, difference, worklog.id, by, at, adjust)
    if state.listeners:
        state.announce(Event("worklog_updated", at, by, worklog, issue))


def delete_worklog(
    state: JiraState, issue: Issue, worklog: Worklog, *, by: str, at: datetime, adjust: Adjust = AUTO
) -> None:
    """Remove a worklog."""
    at = to_millisecond(at)
    state.lag.remember(issue.id, issue, at)
    issue.worklogs.remove(worklog)
    state.bury_worklog(worklog.id, at)
    _book_time(state, issue, -worklog.seconds, worklog.id, by, at, adjust)
    if state.listeners:
        state.announce(Event("worklog_deleted", at, by, worklog, issue))


def _book_time(
    state: JiraState, issue: Issue, seconds: int, worklog_id: int, by: str, at: datetime, adjust: Adjust
) -> None:
    spent, remaining = issue.time_spent, issue.remaining_estimate
    issue.time_spent = (spent or 0) + seconds
    issue.remaining_estimate = adjust.remaining(remaining, seconds)
    if not state.knobs.worklogs_move_issues:
        return
    items = [
        history.plain("timeestimate", remaining, issue.remaining_estimate, field_id="timeestimate"),
        history.plain("timespent", spent, issue.time_spent, field_id="timespent"),
        history.plain("WorklogId", None, worklog_id),
    ]
    state.record(issue, items, by, at)
