"""Many issues moved at once, each group to a project and type of its own."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira import verbs
from sandbox.jira.entities import IssueType, Project
from sandbox.jira.issue import Issue
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket import bulk

Target = tuple[Project, IssueType, dict[str, Any]]


def move(visit: Visit) -> Response:
    """POST bulk/issues/move: targets are written "project,type[,parent]"."""
    given = body.read(visit, {"targetToSourcesMapping": dict, "sendBulkNotification": bool})
    target_of: dict[str, Target] = {}
    for target, sources in given.get("targetToSourcesMapping", {}).items():
        found = (*_target(visit, target), sources)
        target_of |= dict.fromkeys(map(str, sources.get("issueIdsOrKeys") or ()), found)

    def deed(issue: Issue) -> None:
        visit.require("MOVE_ISSUES", "You do not have permission to move the issue.", issue)
        _move(visit, issue, target_of.get(issue.key) or target_of[str(issue.id)])

    return bulk.submit(visit, list(target_of), deed)


def _target(visit: Visit, written: str) -> tuple[Project, IssueType]:
    key, _, rest = written.partition(",")
    project = visit.state.project(key)
    if project is None or not visit.may("CREATE_ISSUES", project.id):
        raise Refusal(400, f"Issues cannot be moved to the project '{key}'.")
    kind = next((t for t in visit.state.types_of(project.id) if str(t.id) == rest.split(",")[0]), None)
    if kind is None:
        raise Refusal(400, f"The project '{key}' has no issue type '{rest}'.")
    return project, kind


def _move(visit: Visit, issue: Issue, target: Target) -> None:
    state, by, at = visit.state, visit.user.account_id, visit.now
    project, kind, wish = target
    if (state.types[issue.type_id].level < 0) is not (kind.level < 0):
        raise Refusal(400, "A sub-task stays a sub-task, and nothing else becomes one.")
    usable = {status.id for status in state.statuses_of(project.id)}
    status = issue.status_id if issue.status_id in usable else _status(issue, wish, usable)
    if status is None and wish.get("inferStatusDefaults"):
        status = state.initial_status(project.id)
    if status is None:
        raise Refusal(400, "The status of the issue has no counterpart in the target project.")
    if project.id == issue.project_id:
        verbs.change_type(state, issue, kind.id, by=by, at=at)
        return
    verbs.move(state, issue, project.id, by=by, at=at, type_id=kind.id, status_id=status)


def _status(issue: Issue, wish: dict[str, Any], usable: set[int]) -> int | None:
    """What the request says of the issue's status."""
    for mapping in wish.get("targetStatus") or ():
        for status, sources in mapping.get("statuses", {}).items():
            if str(issue.status_id) in map(str, sources) and int(status) in usable:
                return int(status)
    return None


ROUTES = (("POST", "bulk/issues/move", bulk.in_bulk_form(move)),)
