"""Versions of projects: created, changed, ordered, merged and deleted, and how many issues they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from sandbox.http import Response
from sandbox.jira import verbs
from sandbox.jira.entities import Version
from sandbox.jira.issue import Issue
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http import body, paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_SCHEMA: body.Schema = {
    **dict.fromkeys(("name", "description", "project", "startDate", "releaseDate", "userStartDate",
                     "userReleaseDate", "self", "id", "moveUnfixedIssuesTo", "expand", "driver"), str),
    **dict.fromkeys(("archived", "released", "overdue"), bool),
    "projectId": (int, str),
    "operations": list,
    "issuesStatusForFixVersion": dict,
}  # fmt: skip


# Versions without a date stand last; "sequence" is how they lie.
_ORDERS: dict[str, Callable[[Version], str]] = {
    "sequence": lambda entry: str(entry.id),
    "name": lambda entry: entry.name.lower(),
    "description": lambda entry: entry.description.lower(),
    "startDate": lambda entry: str(entry.start_on or "~"),
    "releaseDate": lambda entry: str(entry.release_on or "~"),
}


def every(visit: Visit, key: str) -> Response:
    """GET project/{key}/versions"""
    return Response.json([shape(visit, entry) for entry in _own(visit, key)])


def page(visit: Visit, key: str) -> Response:
    """GET project/{key}/version, paged, by name or description and by status, in an order."""
    text, wanted = visit.request.arg("query").lower(), visit.names("status")
    found = [
        entry
        for entry in _own(visit, key)
        if (text in entry.name.lower() or text in entry.description.lower())
        and (not wanted or _status(entry) in wanted)
    ]
    order = visit.request.arg("orderBy")
    if order and order.lstrip("+-") not in _ORDERS:
        raise Refusal(400, f"The orderBy value '{order}' is not supported.")
    if order.lstrip("+-") != "sequence":
        found.sort(key=_ORDERS.get(order.lstrip("+-"), lambda _: ""))
    if order.startswith("-"):
        found.reverse()
    return paging.page(visit, [shape(visit, entry) for entry in found], f"project/{key}/version")


def _status(entry: Version) -> str:
    if entry.archived:
        return "archived"
    return "released" if entry.released else "unreleased"


def create(visit: Visit) -> Response:
    """POST version"""
    given = body.read(visit, _SCHEMA)
    project = visit.state.project(str(given.get("projectId") or given.get("project") or ""))
    if project is None or not visit.state.can_see_project(visit.user, project.id):
        raise Refusal(400, fields={"project": "No project could be found for the version."})
    may_change(visit, project.id)
    _check_name(visit, project.id, given.get("name", ""), None)
    made = Version(visit.state.fresh_id("version", visit.state.versions), project.id, given["name"])
    _change(made, given)
    visit.state.add_vocabulary([made])
    return Response.json(shape(visit, made), 201)


def get(visit: Visit, version_id: str) -> Response:
    """GET version/{id}"""
    return Response.json(shape(visit, find(visit, version_id)))


def update(visit: Visit, version_id: str) -> Response:
    """PUT version/{id}"""
    found, given = find(visit, version_id), body.read(visit, _SCHEMA)
    may_change(visit, found.project_id)
    if "name" in given:
        _check_name(visit, found.project_id, given["name"], found)
    _change(found, given)
    return Response.json(shape(visit, found))


def move(visit: Visit, version_id: str) -> Response:
    """POST version/{id}/move: after another one, or to an end."""
    found = find(visit, version_id)
    given = body.read(visit, {"after": str, "position": str})
    held = visit.state.versions
    order = [number for number in held if number != found.id]
    if "after" in given:
        other = find(visit, given["after"].rpartition("/")[2])
        place = order.index(other.id) + 1
    else:
        position = given.get("position")
        if position not in ("First", "Last", "Earlier", "Later"):
            raise Refusal(400, "Either 'after' or a valid 'position' must be given.")
        now = list(held).index(found.id)
        place = {"First": 0, "Last": len(order), "Earlier": max(0, now - 1), "Later": now + 1}[position]
    order.insert(place, found.id)
    entries = {number: held[number] for number in order}
    held.clear()
    held.update(entries)
    return Response.json(shape(visit, found))


def remove(visit: Visit, version_id: str) -> Response:
    """DELETE version/{id} or POST version/{id}/removeAndSwap: issues lose it, or get others instead."""
    found = find(visit, version_id)
    given = body.read_raw(visit) if visit.request.body else {}
    targets = (
        str(given.get(name) or visit.request.arg(name) or "")
        for name in ("moveFixIssuesTo", "moveAffectedIssuesTo")
    )
    fixed, affected = (find(visit, target) if target else None for target in targets)
    _replace(visit, found, fixed, affected)
    return Response(204)


def merge(visit: Visit, version_id: str, target: str) -> Response:
    """PUT version/{id}/mergeto/{other}: its issues get the other version, and it is gone."""
    found, other = find(visit, version_id), find(visit, target)
    if found.project_id != other.project_id or found is other:
        raise Refusal(400, "A version can only be merged into another one of its project.")
    _replace(visit, found, other, other)
    return Response(204)


def _replace(visit: Visit, found: Version, fixed: Version | None, affected: Version | None) -> None:
    may_change(visit, found.project_id)
    for field_id, slot, new in (
        ("fixVersions", "fix_version_ids", fixed),
        ("versions", "version_ids", affected),
    ):
        instead = (new.id,) if new else ()
        for issue in _holders(visit, found, slot):
            ids = tuple(dict.fromkeys(i for held in getattr(issue, slot)
                                      for i in ((held,) if held != found.id else instead)))  # fmt: skip
            verbs.set_members(
                visit.state, issue, field_id, ids, by=visit.user.account_id, at=visit.now  # type: ignore[arg-type]  # one of the two above
            )  # fmt: skip
    del visit.state.versions[found.id]


def related(visit: Visit, version_id: str) -> Response:
    """GET version/{id}/relatedIssueCounts"""
    found = find(visit, version_id)
    return Response.json(
        {
            "self": visit.rest(f"version/{found.id}"),
            "issuesFixedCount": len(_holders(visit, found, "fix_version_ids")),
            "issuesAffectedCount": len(_holders(visit, found, "version_ids")),
            "issueCountWithCustomFieldsShowingVersion": 0,
            "customFieldUsage": [],
        }
    )


def unresolved(visit: Visit, version_id: str) -> Response:
    """GET version/{id}/unresolvedIssueCount"""
    found = find(visit, version_id)
    holders = _holders(visit, found, "fix_version_ids")
    return Response.json(
        {
            "self": visit.rest(f"version/{found.id}"),
            "issuesUnresolvedCount": sum(issue.resolution_id is None for issue in holders),
            "issuesCount": len(holders),
        }
    )


def shape(visit: Visit, entry: Version) -> Json:
    """A version with its project, and whether it is late."""
    late = entry.release_on is not None and not entry.released and entry.release_on < visit.now.date()
    more: Json = {"projectId": entry.project_id}
    if entry.release_on:
        more |= {"overdue": late, "userReleaseDate": f"{entry.release_on:%d/%b/%y}"}
    if entry.start_on:
        more["userStartDate"] = f"{entry.start_on:%d/%b/%y}"
    if "issuesstatus" in visit.names("expand"):
        more["issuesStatusForFixVersion"] = _progress(visit, entry)
    return shapes.version(visit, entry) | more


def _progress(visit: Visit, entry: Version) -> Json:
    """How many issues that it fixes stand in which category."""
    statuses = visit.state.statuses
    held = Counter(statuses[i.status_id].category for i in _holders(visit, entry, "fix_version_ids"))
    return {
        "unmapped": 0, "toDo": held["new"], "inProgress": held["indeterminate"], "done": held["done"],
    }  # fmt: skip


def _own(visit: Visit, key: str) -> list[Version]:
    project = projects.find(visit, key)
    return [entry for entry in visit.state.versions.values() if entry.project_id == project.id]


def _holders(visit: Visit, version: Version, slot: str) -> list[Issue]:
    state = visit.state
    issues = (state.issues[number] for number in sorted(state.by_project[version.project_id]))
    return [issue for issue in issues if version.id in getattr(issue, slot)]


def may_change(visit: Visit, project_id: int) -> None:
    """Refuse who does not administer the project."""
    message = "You must have project or global administrator rights to modify versions."
    visit.require("ADMINISTER_PROJECTS", message, project_id)


def _check_name(visit: Visit, project_id: int, name: str, present: Version | None) -> None:
    if not name.strip():
        raise Refusal(400, fields={"name": "You must specify a valid version name"})
    for other in visit.state.versions.values():
        if other is not present and other.project_id == project_id and other.name.lower() == name.lower():
            raise Refusal(400, fields={"name": "A version with this name already exists in this project."})


def _change(found: Version, given: dict[str, Any]) -> None:
    found.name, found.description = given.get("name", found.name), given.get("description", found.description)
    found.archived, found.released = (
        given.get("archived", found.archived),
        given.get("released", found.released),
    )
    for key, slot in (("startDate", "start_on"), ("releaseDate", "release_on")):
        if key in given:
            try:
                setattr(found, slot, date.fromisoformat(given[key]) if given[key] else None)
            except ValueError:
                raise Refusal(400, fields={key: f"The date '{given[key]}' is not valid."}) from None


def find(visit: Visit, version_id: str) -> Version:
    """A version of a project that the caller sees, or the 404."""
    found = visit.state.versions.get(int(version_id)) if version_id.isdigit() else None
    if found is None or not visit.state.can_see_project(visit.user, found.project_id):
        raise Refusal(404, f"Could not find version for id '{version_id}'")
    return found


ROUTES = (
    ("GET", "project/{key}/versions", every),
    ("GET", "project/{key}/version", page),
    ("POST", "version", create),
    ("GET", "version/{version_id}", get),
    ("PUT", "version/{version_id}", update),
    ("DELETE", "version/{version_id}", remove),
    ("POST", "version/{version_id}/removeAndSwap", remove),
    ("PUT", "version/{version_id}/mergeto/{target}", merge),
    ("POST", "version/{version_id}/move", move),
    ("GET", "version/{version_id}/relatedIssueCounts", related),
    ("GET", "version/{version_id}/unresolvedIssueCount", unresolved),
)
