"""The life of a sprint: planned, started, closed with open work carried over, and who is in it."""

from __future__ import annotations

from datetime import datetime

from sandbox.jira import history
from sandbox.jira.entities import Board, Sprint
from sandbox.jira.events import Event
from sandbox.jira.issue import Issue
from sandbox.jira.state import JiraState
from sandbox.jira.verbs import to_millisecond


def create_sprint(
    state: JiraState,
    board_id: int,
    name: str,
    *,
    at: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    goal: str = "",
) -> Sprint:
    """A future sprint on a board."""
    sprint = Sprint(
        state.next_id("sprint") - 10_000, name, board_id, goal=goal, starts_at=starts_at, ends_at=ends_at
    )
    sprint.created_at = to_millisecond(at)
    state.sprints[sprint.id] = sprint
    return sprint


def start_sprint(sprint: Sprint, *, at: datetime, ends_at: datetime | None = None) -> None:
    """Start a future sprint; both dates must be known by then."""
    if sprint.state != "future":
        raise ValueError(f"sprint {sprint.id} is {sprint.state}, only a future sprint starts")
    sprint.ends_at = ends_at or sprint.ends_at
    if sprint.ends_at is None:
        raise ValueError(f"sprint {sprint.id} has no end date")
    sprint.starts_at = sprint.activated_at = to_millisecond(at)
    sprint.state = "active"


def begin(state: JiraState, sprint: Sprint, *, by: str, at: datetime) -> None:
    """Make a future sprint active, with the dates it has."""
    sprint.state, sprint.activated_at = "active", to_millisecond(at)
    tell(state, "sprint_started", sprint, by=by, at=at)


def delete_sprint(state: JiraState, sprint: Sprint, *, by: str, at: datetime) -> None:
    """Delete a sprint; it leaves the sprint field of all its issues."""
    field = state.field_of("sprint")
    at = to_millisecond(at)
    for issue_id in sorted(state.by_sprint.pop(sprint.id, ())):
        issue = state.issues[issue_id]
        kept = tuple(number for number in issue.sprint_ids if number != sprint.id)
        if field:
            old, new = ([state.sprints[i] for i in ids] for ids in (issue.sprint_ids, kept))
            state.lag.remember(issue.id, issue, at)
            state.record(issue, [history.sprints(field, old, new)], by, at)
        issue.sprint_ids = kept
    tell(state, "sprint_deleted", sprint, by=by, at=at)
    del state.sprints[sprint.id]


def tell(state: JiraState, name: str, sprint: Sprint, *, by: str, at: datetime) -> None:
    """Announce what happened to a sprint."""
    if state.listeners:
        state.announce(Event(name, at, by, sprint))


def close_sprint(
    state: JiraState, sprint: Sprint, *, by: str, at: datetime, carry_to: Sprint | None = None
) -> list[Issue]:
    """Close an active sprint; unfinished issues go to `carry_to`, or back to the backlog. Returns them.

    Unfinished is what the board's last mapped column does not hold; sub-tasks follow their parents.
    """
    if sprint.state != "active":
        raise ValueError(f"sprint {sprint.id} is {sprint.state}, only an active sprint closes")
    sprint.state, sprint.completed_at = "closed", to_millisecond(at)
    board = state.boards.get(sprint.board_id)
    done = done_statuses(board) if board else frozenset()
    members = (state.issues[i] for i in sorted(state.by_sprint[sprint.id]))
    unfinished = [
        issue for issue in members if issue.status_id not in done and issue.sprint_ids[-1] == sprint.id
    ]
    tell(state, "sprint_closed", sprint, by=by, at=at)
    if carry_to:
        for issue in unfinished:
            put_in_sprint(state, issue, carry_to, by=by, at=at)
    return unfinished


def reopen_sprint(sprint: Sprint) -> None:
    """Make a closed sprint active again, as the web page allows (unverified in detail)."""
    if sprint.state != "closed":
        raise ValueError(f"sprint {sprint.id} is {sprint.state}, only a closed sprint reopens")
    sprint.state, sprint.completed_at = "active", None


def put_in_sprint(state: JiraState, issue: Issue, sprint: Sprint | None, *, by: str, at: datetime) -> None:
    """Plan an issue into a sprint, or (None) back into the backlog. Closed sprints stay in its list."""
    at = to_millisecond(at)
    past = tuple(i for i in issue.sprint_ids if state.sprints[i].state == "closed")
    if sprint and sprint.state == "closed" and sprint.id not in issue.sprint_ids:
        raise ValueError(f"sprint {sprint.id} is closed")
    wanted = (*past, sprint.id) if sprint and sprint.id not in past else past
    if wanted == issue.sprint_ids:
        return
    state.lag.remember(issue.id, issue, at)
    field = state.field_of("sprint")
    if field is None:
        raise ValueError("the site has no sprint field")
    item = history.sprints(
        field, [state.sprints[i] for i in issue.sprint_ids], [state.sprints[i] for i in wanted]
    )
    for gone in set(issue.sprint_ids) - set(wanted):
        state.by_sprint[gone].discard(issue.id)
    issue.sprint_ids = wanted
    if sprint:
        state.by_sprint[sprint.id].add(issue.id)
    state.record(issue, [item], by, at)


def done_statuses(board: Board) -> frozenset[int]:
    """The statuses of the board's last column that has any: what "done" means to its reports."""
    mapped = [column for column in board.columns if column.status_ids]
    return frozenset(mapped[-1].status_ids) if mapped else frozenset()
