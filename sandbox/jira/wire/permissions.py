"""What the login may do, and which permissions there are."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from sandbox.http import Response
from sandbox.jira.registries import ADMIN_PERMISSIONS
from sandbox.jira.wire import body, projects
from sandbox.jira.wire.errors import Refusal
from sandbox.jira.wire.shapes import Json
from sandbox.jira.wire.visit import Visit

_GLOBAL = {
    "ADMINISTER": "Administer Jira",
    "SYSTEM_ADMIN": "Jira System Administrators",
    "CREATE_SHARED_OBJECTS": "Share dashboards and filters",
    "MANAGE_GROUP_FILTER_SUBSCRIPTIONS": "Manage group filter subscriptions",
    "BULK_CHANGE": "Make bulk changes",
    "USER_PICKER": "Browse users and groups",
    "CREATE_PROJECT": "Create team-managed projects",
}
_PROJECT = {
    "ADMINISTER_PROJECTS": "Administer Projects",
    "BROWSE_PROJECTS": "Browse Projects",
    "MANAGE_SPRINTS_PERMISSION": "Manage sprints",
    "VIEW_READONLY_WORKFLOW": "View Read-Only Workflow",
    "VIEW_DEV_TOOLS": "View Development Tools",
    "CREATE_ISSUES": "Create Issues",
    "EDIT_ISSUES": "Edit Issues",
    "DELETE_ISSUES": "Delete Issues",
    "MOVE_ISSUES": "Move Issues",
    "ASSIGN_ISSUES": "Assign Issues",
    "ASSIGNABLE_USER": "Assignable User",
    "RESOLVE_ISSUES": "Resolve Issues",
    "CLOSE_ISSUES": "Close Issues",
    "TRANSITION_ISSUES": "Transition Issues",
    "SCHEDULE_ISSUES": "Schedule Issues",
    "LINK_ISSUES": "Link Issues",
    "MODIFY_REPORTER": "Modify Reporter",
    "SET_ISSUE_SECURITY": "Set Issue Security",
    "VIEW_VOTERS_AND_WATCHERS": "View Voters and Watchers",
    "MANAGE_WATCHERS": "Manage Watchers",
    "ADD_COMMENTS": "Add Comments",
    "EDIT_ALL_COMMENTS": "Edit All Comments",
    "EDIT_OWN_COMMENTS": "Edit Own Comments",
    "DELETE_ALL_COMMENTS": "Delete All Comments",
    "DELETE_OWN_COMMENTS": "Delete Own Comments",
    "CREATE_ATTACHMENTS": "Create Attachments",
    "DELETE_ALL_ATTACHMENTS": "Delete All Attachments",
    "DELETE_OWN_ATTACHMENTS": "Delete Own Attachments",
    "WORK_ON_ISSUES": "Work On Issues",
    "EDIT_ALL_WORKLOGS": "Edit All Worklogs",
    "EDIT_OWN_WORKLOGS": "Edit Own Worklogs",
    "DELETE_ALL_WORKLOGS": "Delete All Worklogs",
    "DELETE_OWN_WORKLOGS": "Delete Own Worklogs",
}
KEYS = frozenset((*_GLOBAL, *_PROJECT))
"""Every permission there is."""
_NUMBERS = {key: str(number) for number, key in enumerate((*_GLOBAL, *_PROJECT))}


def mine(visit: Visit) -> Response:
    """GET mypermissions: of the keys in `permissions` (a must in Cloud), on the site or in one project."""
    wanted = visit.names("permissions")
    if not wanted and visit.state.site.is_cloud:
        raise Refusal(400, "The 'permissions' query parameter is required.")
    known(wanted)
    project_id = _project(visit)
    shown = {
        key: _shape(key) | {"havePermission": visit.may(key, None if key in _GLOBAL else project_id)}
        for key in wanted or _NUMBERS
    }
    return Response.json({"permissions": shown})


def every(_visit: Visit) -> Response:
    """GET permissions"""
    return Response.json({"permissions": {key: _shape(key) for key in _NUMBERS}})


def check(visit: Visit) -> Response:
    """POST permissions/check: those of the asked that somebody holds; where, for project permissions."""
    given = body.read(visit, {"accountId": str, "globalPermissions": list, "projectPermissions": list})
    who = visit.find_user(given["accountId"]) if "accountId" in given else visit.user
    if who is not visit.user:
        visit.require("ADMINISTER", "You are not authorized to ask for the permissions of others.")
    if who is None:
        raise Refusal(400, "The user does not exist.")
    site, entries = given.get("globalPermissions", []), given.get("projectPermissions", [])
    known([*site, *(name for entry in entries for name in entry.get("permissions", []))])
    shown: list[Json] = []
    for entry in entries:
        issues = [issue for number in entry.get("issues", []) if (issue := visit.state.issue(str(number)))]
        for name in entry.get("permissions", []):
            holds = partial(visit.state.holds, who, name)
            places = [number for number in entry.get("projects", []) if number in visit.state.projects]
            held = [issue.id for issue in issues if holds(issue.project_id)]
            shown.append({"permission": name, "issues": held, "projects": [n for n in places if holds(n)]})
    granted = [name for name in site if visit.state.holds(who, name)]
    return Response.json({"globalPermissions": granted, "projectPermissions": shown})


def places(visit: Visit) -> Response:
    """POST permissions/project: the projects where the caller holds all the asked permissions."""
    wanted = body.read(visit, {"permissions": list}, lists={"permissions": str}).get("permissions", [])
    known(wanted)
    held = (p for p in visit.state.projects.values() if all(visit.may(name, p.id) for name in wanted))
    return Response.json({"projects": [{"id": project.id, "key": project.key} for project in held]})


def known(wanted: Iterable[str]) -> None:
    """Refuse keys of no permission."""
    unknown = [key for key in wanted if key not in _NUMBERS]
    if unknown:
        raise Refusal(400, f"Unrecognized permission: {', '.join(unknown)}")


def _shape(key: str) -> Json:
    kind = "GLOBAL" if key in _GLOBAL else "PROJECT"
    name = _GLOBAL.get(key) or _PROJECT[key]
    owner = "the site" if key in ADMIN_PERMISSIONS else "a project"
    return {
        "id": _NUMBERS[key],
        "key": key,
        "name": name,
        "type": kind,
        "description": f"Ability to {name.lower()} of {owner}.",
    }


def _project(visit: Visit) -> int | None:
    key = visit.request.arg("projectKey") or visit.request.arg("projectId")
    issue = visit.request.arg("issueKey") or visit.request.arg("issueId")
    if issue:
        return visit.issue(issue).project_id
    return projects.find(visit, key).id if key else None


ROUTES = (
    ("GET", "mypermissions", mine),
    ("GET", "permissions", every),
    ("POST", "permissions/check", check),
    ("POST", "permissions/project", places),
)
