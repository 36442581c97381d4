"""Statuses: the older reading resource, and the one that administrators create, change and delete them by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.http import Response
from sandbox.jira.entities import CategoryKey, Status
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.administration.vocabulary import new_name, sees
from sandbox.jira.wire.http import body, paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.service import site

_NAMES: dict[str, CategoryKey] = {"TODO": "new", "IN_PROGRESS": "indeterminate", "DONE": "done"}
_MOST = 50


def get(visit: Visit, name: str) -> Response:
    """GET status/{id or name}"""
    for entry in visit.state.statuses.values():
        if name in (str(entry.id), entry.name) and sees(visit, entry):
            return Response.json(site.scoped(entry, shapes.status(visit, entry)))
    raise Refusal(404, f"The status with id '{name}' does not exist")


def search(visit: Visit) -> Response:
    """GET statuses/search, by name, category and project."""
    text, wanted = visit.request.arg("searchString").lower(), visit.request.arg("statusCategory")
    project = visit.request.arg("projectId")
    found = [
        shape(visit, entry)
        for entry in _visible(visit)
        if text in entry.name.lower()
        and (not wanted or entry.category == _NAMES.get(wanted))
        and (not project or str(entry.project_id) == project)
    ]
    return paging.page(visit, found, "statuses/search", size=200)


def by_id(visit: Visit) -> Response:
    """GET statuses?id="""
    ids = visit.request.args("id")
    if not ids:
        raise Refusal(400, "At least one status id is required.")
    return Response.json([shape(visit, entry) for entry in _visible(visit) if str(entry.id) in ids])


def by_name(visit: Visit) -> Response:
    """GET statuses/byNames: of one project, or the site's."""
    names = visit.request.args("name")
    if not 1 <= len(names) <= _MOST:
        raise Refusal(400, f"Between 1 and {_MOST} names are required.")
    project = visit.request.arg("projectId")
    scope = projects.find(visit, project).id if project else None
    by = {entry.name: entry for entry in _visible(visit) if entry.project_id in (scope, None)}
    return Response.json([shape(visit, by[name]) for name in names if name in by])


def create(visit: Visit) -> Response:
    """POST statuses: of the site, or of one team-managed project."""
    given = body.read(visit, {"scope": dict, "statuses": list}, lists={"statuses": dict})
    scope = given.get("scope", {})
    project_id = None
    if scope.get("type") == "PROJECT":
        project_id = projects.find(visit, str(scope.get("project", {}).get("id", ""))).id
    elif scope.get("type") != "GLOBAL":
        raise Refusal(400, "The scope must be GLOBAL or PROJECT.")
    _administer(visit, project_id)
    if not 1 <= len(given.get("statuses", [])) <= _MOST:
        raise Refusal(400, f"Between 1 and {_MOST} statuses are required.")
    made = [_made(visit, project_id, entry) for entry in given["statuses"]]
    visit.state.add_vocabulary(made)
    return Response.json([shape(visit, entry) for entry in made])


def _made(visit: Visit, project_id: int | None, given: dict[str, Any]) -> Status:
    own = {n: entry for n, entry in visit.state.statuses.items() if entry.project_id == project_id}
    number = visit.state.fresh_id("status", visit.state.statuses)
    name, category = new_name(given, own), _category(given)
    return Status(number, name, category, project_id, given.get("description", ""))


def update(visit: Visit) -> Response:
    """PUT statuses"""
    given = body.read(visit, {"statuses": list}, lists={"statuses": dict}).get("statuses", [])
    found = named(visit, (str(entry.get("id", "")) for entry in given))
    for entry, wish in zip(found, given, strict=True):
        _administer(visit, entry.project_id)
        others = {
            n: other
            for n, other in visit.state.statuses.items()
            if other is not entry and other.project_id == entry.project_id
        }
        entry.name, entry.category = new_name(wish, others), _category(wish)
        entry.description = wish.get("description", entry.description)
    return Response(204)


def delete(visit: Visit) -> Response:
    """DELETE statuses?id=: those that no issue and no workflow uses."""
    found = named(visit, visit.request.args("id"))
    for entry in found:
        _administer(visit, entry.project_id)
        if _projects(visit, entry):
            raise Refusal(409, f"The status '{entry.name}' is used by a workflow and cannot be deleted.")
    for entry in found:
        del visit.state.statuses[entry.id]
    return Response(204)


def project_usages(visit: Visit, number: str) -> Response:
    """GET statuses/{id}/projectUsages"""
    (entry,) = named(visit, [number])
    values = [{"id": str(project_id)} for project_id in _projects(visit, entry)]
    return Response.json({"statusId": number, "projects": {"values": values}})


def type_usages(visit: Visit, number: str, project: str) -> Response:
    """GET statuses/{id}/project/{id}/issueTypeUsages"""
    (entry,) = named(visit, [number])
    found = projects.find(visit, project)
    types = visit.state.types_of(found.id) if found.id in _projects(visit, entry) else []
    shown = {"values": [{"id": str(kind.id)} for kind in types]}
    return Response.json({"statusId": number, "projectId": str(found.id), "issueTypes": shown})


def _projects(visit: Visit, entry: Status) -> list[int]:
    return [number for number in visit.state.projects if entry in visit.state.statuses_of(number)]


def named(visit: Visit, numbers: Iterable[str]) -> list[Status]:
    """The statuses with these ids, all of which must be there."""
    known = {str(entry.id): entry for entry in _visible(visit)}
    wanted = list(numbers)
    unknown = [number for number in wanted if number not in known]
    if unknown or not wanted:
        raise Refusal(400 if wanted else 404, f"Statuses with ids {', '.join(unknown)} do not exist.")
    return [known[number] for number in wanted]


def _visible(visit: Visit) -> list[Status]:
    return [entry for entry in visit.state.statuses.values() if sees(visit, entry)]


def _administer(visit: Visit, project_id: int | None) -> None:
    message = "You must administer the site or the project to change statuses."
    visit.require("ADMINISTER" if project_id is None else "ADMINISTER_PROJECTS", message, project_id)


def _category(given: dict[str, Any]) -> CategoryKey:
    found = _NAMES.get(given.get("statusCategory", ""))
    if found is None:
        raise Refusal(400, f"The status category must be one of {', '.join(_NAMES)}.")
    return found


def shape(visit: Visit, entry: Status) -> Json:
    """A status as administrators see it."""
    category = next(name for name, key in _NAMES.items() if key == entry.category)
    scope: Json = {"type": "GLOBAL"} if entry.project_id is None else shapes.scope(entry.project_id)
    return {
        "id": str(entry.id),
        "name": entry.name,
        "statusCategory": category,
        "scope": scope,
        "description": entry.description,
        **{name: [] for name in ("usages", "workflowUsages") if name in visit.names("expand")},
    }


ROUTES = (
    ("GET", "status/{name}", get),
    ("GET", "statuses", by_id),
    ("POST", "statuses", create),
    ("PUT", "statuses", update),
    ("DELETE", "statuses", delete),
    ("GET", "statuses/search", search),
    ("GET", "statuses/byNames", by_name),
    ("GET", "statuses/{number}/projectUsages", project_usages),
    ("GET", "statuses/{number}/project/{project}/issueTypeUsages", type_usages),
)
