"""The site's words one by one: statuses, categories, types, priorities, resolutions; and new ones of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sandbox.http import Response
from sandbox.jira.entities import IssueType, Priority, Resolution, Status
from sandbox.jira.wire import body, paging, projects, shapes, site
from sandbox.jira.wire.errors import Refusal
from sandbox.jira.wire.shapes import Json
from sandbox.jira.wire.visit import Visit

Entry = TypeVar("Entry", Status, IssueType, Priority, Resolution)
_NAMES = {"TODO": "new", "IN_PROGRESS": "indeterminate", "DONE": "done"}


def status_get(visit: Visit, name: str) -> Response:
    """GET status/{id or name}"""
    for entry in visit.state.statuses.values():
        if name in (str(entry.id), entry.name) and _sees(visit, entry):
            return Response.json(site.scoped(entry, shapes.status(visit, entry)))
    raise Refusal(404, f"The status with id '{name}' does not exist")


def statuses_search(visit: Visit) -> Response:
    """GET statuses/search, by name, category and project."""
    text, wanted = visit.request.arg("searchString").lower(), visit.request.arg("statusCategory")
    project = visit.request.arg("projectId")
    found = [
        _bulk_status(entry)
        for entry in visit.state.statuses.values()
        if _sees(visit, entry)
        and text in entry.name.lower()
        and (not wanted or entry.category == _NAMES.get(wanted))
        and (not project or str(entry.project_id) == project)
    ]
    return paging.page(visit, found, "statuses/search", size=200)


def statuses_by_id(visit: Visit) -> Response:
    """GET statuses"""
    ids = visit.request.args("id")
    if not ids:
        raise Refusal(400, "At least one status id is required.")
    found = [entry for entry in visit.state.statuses.values() if str(entry.id) in ids]
    return Response.json([_bulk_status(entry) for entry in found])


def _bulk_status(entry: Status) -> Json:
    category = next(name for name, key in _NAMES.items() if key == entry.category)
    scope: Json = {"type": "GLOBAL"} if entry.project_id is None else shapes.scope(entry.project_id)
    return {
        "id": str(entry.id),
        "name": entry.name,
        "statusCategory": category,
        "scope": scope,
        "description": entry.description,
        "usages": [],
        "workflowUsages": [],
    }


def category_get(visit: Visit, name: str) -> Response:
    """GET statuscategory/{id or key}"""
    for key, (number, _, _) in shapes.CATEGORIES.items():
        if name in (str(number), key):
            return Response.json(shapes.category(visit, key))
    raise Refusal(404, f"The status category with id '{name}' does not exist.")


def type_get(visit: Visit, number: str) -> Response:
    """GET issuetype/{id}"""
    return Response.json(site.type_shape(visit, _found(visit, "issue type", visit.state.types, number)))


def types_of_project(visit: Visit) -> Response:
    """GET issuetype/project?projectId="""
    project = projects.find(visit, visit.request.arg("projectId"))
    types = visit.state.types_of(project.id)
    level = visit.request.arg("level")
    return Response.json([site.type_shape(visit, t) for t in types if level in ("", str(t.level))])


def type_create(visit: Visit) -> Response:
    """POST issuetype"""
    visit.require("ADMINISTER", "Only Jira administrators can create issue types.")
    given = body.read(visit, {"name": str, "description": str, "type": str, "hierarchyLevel": int})
    name = _new_name(given, visit.state.types)
    level = given.get("hierarchyLevel", -1 if given.get("type") == "subtask" else 0)
    if level not in (0, -1):
        raise Refusal(400, fields={"hierarchyLevel": "The hierarchy level must be 0 or -1."})
    number = visit.state.fresh_id("issuetype", visit.state.types)
    made = IssueType(number, name, level, description=given.get("description", ""))
    visit.state.add_vocabulary([made])
    return Response.json(site.type_shape(visit, made), 201)


def type_delete(visit: Visit, number: str) -> Response:
    """DELETE issuetype/{id}, when no issue is of it."""
    visit.require("ADMINISTER", "Only Jira administrators can delete issue types.")
    found = _found(visit, "issue type", visit.state.types, number)
    if any(issue.type_id == found.id for issue in visit.state.issues.values()):
        raise Refusal(409, "The issue type is in use and an alternative issue type was not provided.")
    del visit.state.types[found.id]
    return Response(204)


def priority_get(visit: Visit, number: str) -> Response:
    """GET priority/{id}"""
    return Response.json(shapes.priority(visit, _found(visit, "priority", visit.state.priorities, number)))


def priority_search(visit: Visit) -> Response:
    """GET priority/search"""
    ids = visit.request.args("id")
    found = [
        shapes.priority(visit, entry) | {"isDefault": entry.name == "Medium"}
        for entry in visit.state.priorities.values()
        if not ids or str(entry.id) in ids
    ]
    return paging.page(visit, found, "priority/search")


def priority_create(visit: Visit) -> Response:
    """POST priority: 201 with its id."""
    visit.require("ADMINISTER", "Only Jira administrators can create priorities.")
    given = body.read(
        visit, {"name": str, "description": str, "statusColor": str, "iconUrl": str, "avatarId": int}
    )
    name = _new_name(given, visit.state.priorities)
    if not given.get("statusColor"):
        raise Refusal(400, fields={"statusColor": "A status color is required."})
    number = visit.state.fresh_id("priority", visit.state.priorities)
    visit.state.add_vocabulary([Priority(number, name, given.get("description", ""), given["statusColor"])])
    return Response.json({"id": str(number)}, 201)


def resolution_get(visit: Visit, number: str) -> Response:
    """GET resolution/{id}"""
    found = _found(visit, "resolution", visit.state.resolutions, number)
    return Response.json(shapes.resolution(visit, found))


def resolution_search(visit: Visit) -> Response:
    """GET resolution/search"""
    ids = visit.request.args("id")
    found = [
        shapes.resolution(visit, entry) | {"isDefault": False}
        for entry in visit.state.resolutions.values()
        if not ids or str(entry.id) in ids
    ]
    return paging.page(visit, found, "resolution/search")


def resolution_create(visit: Visit) -> Response:
    """POST resolution: 201 with its id."""
    visit.require("ADMINISTER", "Only Jira administrators can create resolutions.")
    given = body.read(visit, {"name": str, "description": str})
    name = _new_name(given, visit.state.resolutions)
    number = visit.state.fresh_id("resolution", visit.state.resolutions)
    visit.state.add_vocabulary([Resolution(number, name, given.get("description", ""))])
    return Response.json({"id": str(number)}, 201)


def labels(visit: Visit) -> Response:
    """GET label: every label of visible issues."""
    state = visit.state
    seen = {text for issue in state.issues.values() if issue.labels and state.can_see(visit.user, issue)
            for text in issue.labels}  # fmt: skip
    found: list[Any] = sorted(seen, key=str.lower)
    return paging.page(visit, found, "label", size=1000)


def security_level(visit: Visit, number: str) -> Response:
    """GET securitylevel/{id}"""
    found = visit.state.security_levels.get(int(number)) if number.isdigit() else None
    if found is None:
        raise Refusal(404, "The security level does not exist.")
    return Response.json(shapes.security_level(visit, found))


def security_levels(visit: Visit, key: str) -> Response:
    """GET project/{key}/securitylevel: those the login may set."""
    projects.find(visit, key)
    held = visit.state.security_levels.values()
    usable = [level for level in held if level.id in visit.user.security_levels]
    return Response.json({"levels": [shapes.security_level(visit, level) for level in usable]})


def _sees(visit: Visit, entry: Status | IssueType) -> bool:
    return entry.project_id is None or visit.state.can_see_project(visit.user, entry.project_id)


def _found(visit: Visit, what: str, registry: Mapping[int, Entry], number: str) -> Entry:
    found = registry.get(int(number)) if number.isdigit() else None
    if found is None or (isinstance(found, (Status, IssueType)) and not _sees(visit, found)):
        raise Refusal(404, f"The {what} with id '{number}' does not exist")
    return found


def _new_name(given: dict[str, Any], registry: Mapping[int, Entry]) -> str:
    name: str = given.get("name", "").strip()
    if not name:
        raise Refusal(400, fields={"name": "You must specify a name."})
    if any(entry.name.lower() == name.lower() for entry in registry.values()):
        raise Refusal(409, fields={"name": "An entry with this name already exists."})
    return name


Handler = Callable[..., Response]
ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "status/{name}", status_get),
    ("GET", "statuses", statuses_by_id),
    ("GET", "statuses/search", statuses_search),
    ("GET", "statuscategory/{name}", category_get),
    ("GET", "issuetype/{number}", type_get),
    ("GET", "issuetype/project", types_of_project),
    ("POST", "issuetype", type_create),
    ("DELETE", "issuetype/{number}", type_delete),
    ("GET", "priority/{number}", priority_get),
    ("GET", "priority/search", priority_search),
    ("POST", "priority", priority_create),
    ("GET", "resolution/{number}", resolution_get),
    ("GET", "resolution/search", resolution_search),
    ("POST", "resolution", resolution_create),
    ("GET", "label", labels),
    ("GET", "securitylevel/{number}", security_level),
    ("GET", "project/{key}/securitylevel", security_levels),
)
