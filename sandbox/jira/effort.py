"""Time worked: worklogs written, corrected and removed, with the estimates and the history they move."""

from __future__ import annotations

from datetime import datetime

from sandbox.jira import history
from sandbox.jira.entities import Issue, Worklog
from sandbox.jira.state import JiraState
from sandbox.jira.verbs import to_millisecond


def log_work(
    state: JiraState,
    issue: Issue,
    seconds: int,
    *,
    by: str,
    at: datetime,
    started_at: datetime | None = None,
    comment: str = "",
) -> Worklog:
    """Write down time worked; the remaining estimate shrinks, never below zero."""
    at = to_millisecond(at)
    state.lag.remember(issue.id, issue, at)
    started = to_millisecond(started_at or at)
    worklog = Worklog(state.next_id("worklog"), by, started, seconds, at, at, comment, by)
    issue.worklogs.append(worklog)
    state.by_worklog[worklog.id] = issue.id
    state.worklogs_updated.touch(worklog.id, at)
    _book_time(state, issue, seconds, worklog.id, by, at)
    return worklog


def edit_worklog(
    state: JiraState, issue: Issue, worklog: Worklog, seconds: int, *, by: str, at: datetime
) -> None:
    """Correct the time of a worklog."""
    at = to_millisecond(at)
    state.lag.remember(issue.id, issue, at)
    difference = seconds - worklog.seconds
    worklog.seconds, worklog.updated_at, worklog.update_author = seconds, at, by
    state.worklogs_updated.touch(worklog.id, at)
    _book_time(state, issue, difference, worklog.id, by, at)


def delete_worklog(state: JiraState, issue: Issue, worklog: Worklog, *, by: str, at: datetime) -> None:
    """Remove a worklog."""
    at = to_millisecond(at)
    state.lag.remember(issue.id, issue, at)
    issue.worklogs.remove(worklog)
    state.bury_worklog(worklog.id, at)
    _book_time(state, issue, -worklog.seconds, worklog.id, by, at)


def _book_time(state: JiraState, issue: Issue, seconds: int, worklog_id: int, by: str, at: datetime) -> None:
    spent, remaining = issue.time_spent, issue.remaining_estimate
    issue.time_spent = (spent or 0) + seconds
    issue.remaining_estimate = max(0, (remaining or 0) - seconds)
    items = [
        history.plain("timeestimate", remaining, issue.remaining_estimate, field_id="timeestimate"),
        history.plain("timespent", spent, issue.time_spent, field_id="timespent"),
        history.plain("WorklogId", None, worklog_id),
    ]
    state.record(issue, items, by, at)
