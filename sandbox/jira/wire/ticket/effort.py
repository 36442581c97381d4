"""Time as issues show it: spent, estimated, in progress, for the issue alone and with its sub-tasks."""

from __future__ import annotations

from sandbox.jira.durations import duration_text
from sandbox.jira.issue import Issue
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit


def timetracking(issue: Issue) -> Json:
    """The timetracking object: only what is known."""
    known = {
        "originalEstimate": issue.original_estimate,
        "remainingEstimate": issue.remaining_estimate,
        "timeSpent": issue.time_spent,
    }
    given = {name: seconds for name, seconds in known.items() if seconds is not None}
    texts: Json = {name: duration_text(seconds) for name, seconds in given.items()}
    return texts | {f"{name}Seconds": seconds for name, seconds in given.items()}


def progress(spent: int | None, remaining: int | None) -> Json:
    """Work done against all work."""
    done, total = spent or 0, (spent or 0) + (remaining or 0)
    shape = {"progress": done, "total": total}
    return {**shape, "percent": done * 100 // total} if total else shape


def with_subtasks(visit: Visit, issue: Issue, slot: str) -> int | None:
    """The sum of a duration over an issue and its sub-tasks, None when none of them has one."""
    state = visit.state
    family = [issue]
    for child_id in state.children.get(issue.id, ()):
        child = state.issues[child_id]
        if state.types[child.type_id].level < 0:
            family.append(child)
    known = [seconds for member in family if (seconds := getattr(member, slot)) is not None]
    return sum(known) if known else None


def workratio(issue: Issue) -> int:
    """Percent of the original estimate spent, -1 without an estimate."""
    return -1 if not issue.original_estimate else (issue.time_spent or 0) * 100 // issue.original_estimate
