"""Issues and projects put away and taken out again: read by their keys, found by no search, changed by nobody."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.http import Response
from sandbox.jira.entities import Project
from sandbox.jira.founding import binned, take_out_of_bin
from sandbox.jira.issue import Issue
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.service import audit

_MOST = 1000
_REASONS = {
    "issuesNotFound": "Issue not found.",
    "issueIsSubtask": "Issue is subtask.",
    "issuesInArchivedProjects": "Issue exists in archived project.",
}


def archive_many(visit: Visit) -> Response:
    """PUT issue/archive: how many were put away, sub-tasks with their parents, and why others were not."""
    return _many(visit, put_away=True)


def restore_many(visit: Visit) -> Response:
    """PUT issue/unarchive"""
    return _many(visit, put_away=False)


def archive_one(visit: Visit, key: str) -> Response:
    """PUT issue/{key}/archive (Data Center)"""
    return _one(visit, key, put_away=True)


def restore_one(visit: Visit, key: str) -> Response:
    """PUT issue/{key}/restore (Data Center)"""
    return _one(visit, key, put_away=False)


def archive_project(visit: Visit, key: str) -> Response:
    """POST, in Data Center PUT, project/{key}/archive: hidden from everybody until it is restored."""
    _admins_only(visit)
    project = projects.find(visit, key)
    project.archived = True
    audit.note(visit, "projects", "Project archived", project.name, "PROJECT", project.id)
    return Response(204)


def restore_project(visit: Visit, key: str) -> Response:
    """POST, in Data Center PUT, project/{key}/restore"""
    _admins_only(visit)
    project = visit.state.project(key)
    lost = next((p for p in binned(visit.state, visit.now) if key in (p.key, str(p.id))), None)
    if lost and (project is None or project is lost):
        take_out_of_bin(visit.state, lost)
        project = lost
    elif project is None or project.binned_at:
        raise Refusal(404, f"No project could be found with key '{key}'.")
    elif lost or not project.archived:
        raise Refusal(
            400, "The project is not archived." if not lost else f"The key '{key}' is in use again."
        )
    project.archived = False
    audit.note(visit, "projects", "Project restored", project.name, "PROJECT", project.id)
    return Response.json(projects.whole(visit, project)) if visit.state.site.is_cloud else Response(202)


def _many(visit: Visit, *, put_away: bool) -> Response:
    _admins_only(visit)
    wanted = body.read(visit, {"issueIdsOrKeys": list}, lists={"issueIdsOrKeys": str}).get(
        "issueIdsOrKeys", []
    )
    if not 1 <= len(wanted) <= _MOST:
        raise Refusal(400, f"Between 1 and {_MOST} issues can be archived at once.")
    refused: dict[str, list[str]] = {}
    moved = 0
    for key in wanted:
        issue = visit.state.issue(key)
        reason = _reason(visit, issue)
        if issue is None or reason:
            refused.setdefault(reason or "issuesNotFound", []).append(key)
        else:
            moved += _move(visit, _with_subtasks(visit, issue), put_away=put_away)
    errors: Json = {
        reason: {"count": len(keys), "issueIdsOrKeys": keys, "message": _REASONS[reason]}
        for reason, keys in refused.items()
    }
    return Response.json({"numberOfIssuesUpdated": moved, "errors": errors})


def _one(visit: Visit, key: str, *, put_away: bool) -> Response:
    issue = visit.state.issue(key)
    if issue is None or not visit.state.can_see(visit.user, issue):
        raise Refusal(404, "Issue Does Not Exist")
    visit.require("ADMINISTER_PROJECTS", "You do not have permission to archive issues.", issue)
    if visit.state.types[issue.type_id].level < 0:
        raise Refusal(400, "Sub-tasks are archived with their parents.")
    if (issue.id in visit.state.archived) is put_away:
        raise Refusal(409, f"Issue {issue.key} is {'already' if put_away else 'not'} archived.")
    _move(visit, _with_subtasks(visit, issue), put_away=put_away)
    return Response(204)


def _reason(visit: Visit, issue: Issue | None) -> str:
    if issue is None:
        return "issuesNotFound"
    project: Project = visit.state.projects[issue.project_id]
    if project.archived:
        return "issuesInArchivedProjects"
    return "issueIsSubtask" if visit.state.types[issue.type_id].level < 0 else ""


def _with_subtasks(visit: Visit, issue: Issue) -> list[Issue]:
    state = visit.state
    below = (state.issues[number] for number in sorted(state.children.get(issue.id, ())))
    return [issue, *(child for child in below if state.types[child.type_id].level < 0)]


def _move(visit: Visit, issues: Iterable[Issue], *, put_away: bool) -> int:
    moved = 0
    for issue in issues:
        if (issue.id in visit.state.archived) is put_away:
            continue
        moved += 1
        if put_away:
            visit.state.archived.add(issue.id)
        else:
            visit.state.archived.discard(issue.id)
    return moved


def _admins_only(visit: Visit) -> None:
    visit.require("ADMINISTER", "You must have global administrator rights in order to archive.")


ROUTES = (
    ("PUT", "issue/archive", archive_many),
    ("PUT", "issue/unarchive", restore_many),
    ("PUT", "issue/{key}/archive", archive_one),
    ("PUT", "issue/{key}/restore", restore_one),
    *((method, "project/{key}/archive", archive_project) for method in ("POST", "PUT")),
    *((method, "project/{key}/restore", restore_project) for method in ("POST", "PUT")),
)
