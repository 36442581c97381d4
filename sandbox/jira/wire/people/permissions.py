"""What the login may do, and which permissions there are."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from sandbox.http import Response
from sandbox.jira.permissionnames import EVERY, SITE
from sandbox.jira.rights import ADMIN_PERMISSIONS, Place
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_NUMBERS = {key: str(number) for number, key in enumerate(EVERY)}


def mine(visit: Visit) -> Response:
    """GET mypermissions: of the keys in `permissions` (a must in Cloud), on the site or in one project."""
    wanted = visit.names("permissions")
    if not wanted and visit.state.site.is_cloud:
        raise Refusal(400, "The 'permissions' query parameter is required.")
    known(wanted)
    place = _place(visit)
    shown = {
        key: _shape(key) | {"havePermission": visit.may(key, None if key in SITE else place)}
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
            held = [issue.id for issue in issues if holds(issue)]
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
    kind = "GLOBAL" if key in SITE else "PROJECT"
    name = EVERY[key]
    owner = "the site" if key in ADMIN_PERMISSIONS else "a project"
    return {
        "id": _NUMBERS[key],
        "key": key,
        "name": name,
        "type": kind,
        "description": f"Ability to {name.lower()} of {owner}.",
    }


def _place(visit: Visit) -> Place:
    key = visit.request.arg("projectKey") or visit.request.arg("projectId")
    issue = visit.request.arg("issueKey") or visit.request.arg("issueId")
    if issue:
        return visit.issue(issue)
    return projects.find(visit, key).id if key else None


ROUTES = (
    ("GET", "mypermissions", mine),
    ("GET", "permissions", every),
    ("POST", "permissions/check", check),
    ("POST", "permissions/project", places),
)
