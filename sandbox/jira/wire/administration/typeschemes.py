"""Issue type schemes: which types projects offer, in which order; made, changed, and given to projects."""

from __future__ import annotations

from dataclasses import replace

from sandbox.http import Response
from sandbox.jira.schemes import issue_type_schemes, type_scheme_of
from sandbox.jira.settings import Scheme
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.administration.workflows import admins_only
from sandbox.jira.wire.http import body, paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_DEFAULT = 10_000
_SCHEMA: body.Schema = {"name": str, "description": str, "issueTypeIds": list, "defaultIssueTypeId": str}


def every(visit: Visit) -> Response:
    """GET issuetypescheme: a page by `id` and text, in the order of names where asked; all in Data Center."""
    found = issue_type_schemes(visit.state)
    if not visit.state.site.is_cloud:
        return Response.json({"schemes": [_shape(visit, scheme) for scheme in found]})
    ids, text, order = (
        visit.names("id"),
        visit.request.arg("queryString").lower(),
        visit.request.arg("orderBy"),
    )
    shown = [s for s in found if (not ids or str(s.id) in ids) and text in s.name.lower()]
    if order:
        shown.sort(key=lambda s: s.name.lower() if order.endswith("name") else s.id, reverse=order[0] == "-")
    return paging.page(visit, [_shape(visit, scheme) for scheme in shown], "issuetypescheme")


def get(visit: Visit, number: str) -> Response:
    """GET issuetypescheme/{id} (Data Center), with its types"""
    scheme = _find(visit, number)
    types = [shapes.issue_type(visit, visit.state.types[n]) for n in _ids(visit, scheme)]
    return Response.json(_shape(visit, scheme) | {"issueTypes": types})


def create(visit: Visit) -> Response:
    """POST issuetypescheme: 201 with its id; all of it in Data Center"""
    admins_only(visit)
    given, known = body.read(visit, _SCHEMA), [scheme.id for scheme in issue_type_schemes(visit.state)]
    types = _read_types(visit, given)
    made = Scheme(visit.state.fresh_id("issuetypescheme", known), "", "", type_ids=types)
    made = _changed(visit, made, given)
    _keep(visit, made)
    cloud = visit.state.site.is_cloud
    return Response.json({"issueTypeSchemeId": str(made.id)} if cloud else _shape(visit, made), 201)


def update(visit: Visit, number: str) -> Response:
    """PUT issuetypescheme/{id}: name, description and default type; Data Center shows it"""
    changed = _changed(visit, _to_change(visit, number), body.read(visit, _SCHEMA))
    _keep(visit, changed)
    return Response(204) if visit.state.site.is_cloud else Response.json(_shape(visit, changed))


def delete(visit: Visit, number: str) -> Response:
    """DELETE issuetypescheme/{id}: those that were made and are not used"""
    found = _to_change(visit, number)
    used = any(project.type_scheme_id == found.id for project in visit.state.projects.values())
    if found.id == _DEFAULT or found.project_id is not None or used:
        raise Refusal(400, "The issue type scheme is used and cannot be deleted.")
    del visit.state.type_schemes[found.id]
    return Response(204)


def add_types(visit: Visit, number: str) -> Response:
    """PUT issuetypescheme/{id}/issuetype"""
    found, more = _to_change(visit, number), _read_types(visit, body.read(visit, _SCHEMA))
    present = _ids(visit, found)
    if set(more) & set(present):
        raise Refusal(400, "An issue type is already in the issue type scheme.")
    _keep(visit, replace(found, type_ids=(*present, *more)))
    return Response(204)


def remove_type(visit: Visit, number: str, type_id: str) -> Response:
    """DELETE issuetypescheme/{id}/issuetype/{type}: not the last one, nor one that issues of its projects have"""
    found = _to_change(visit, number)
    present = _ids(visit, found)
    if type_id not in map(str, present):
        raise Refusal(404, "The issue type is not in the issue type scheme.")
    state, gone = visit.state, int(type_id)
    users = [
        p for p in state.projects.values() if p.style == "classic" and type_scheme_of(state, p).id == found.id
    ]
    held = any(state.issues[number].type_id == gone for p in users for number in state.by_project[p.id])
    if len(present) == 1 or held or found.id == _DEFAULT:
        raise Refusal(400, "The issue type cannot be removed from the issue type scheme.")
    default = None if found.default_id == gone else found.default_id
    kept = tuple(number for number in present if number != gone)
    _keep(visit, replace(found, type_ids=kept, default_id=default))
    return Response(204)


def move_types(visit: Visit, number: str) -> Response:
    """PUT issuetypescheme/{id}/issuetype/move: after another one, or first or last"""
    found = _to_change(visit, number)
    given = body.read(visit, {"issueTypeIds": list, "after": str, "position": str})
    moved, present = _read_types(visit, given), _ids(visit, found)
    rest = [number for number in present if number not in moved]
    after, position = str(given.get("after", "")), given.get("position")
    if set(moved) - set(present) or (after not in map(str, rest) and position not in ("First", "Last")):
        raise Refusal(400, "Types of the scheme, and where to move them, must be given.")
    last = len(rest) if position == "Last" else 0
    at = rest.index(int(after)) + 1 if after else last
    _keep(visit, replace(found, type_ids=(*rest[:at], *moved, *rest[at:])))
    return Response(204)


def mapping(visit: Visit) -> Response:
    """GET issuetypescheme/mapping: which types are in which scheme"""
    ids = visit.names("issueTypeSchemeId")
    found = [
        {"issueTypeSchemeId": str(scheme.id), "issueTypeId": str(number)}
        for scheme in issue_type_schemes(visit.state)
        if not ids or str(scheme.id) in ids
        for number in _ids(visit, scheme)
    ]
    return paging.page(visit, found, "issuetypescheme/mapping")


def of_projects(visit: Visit) -> Response:
    """GET issuetypescheme/project?projectId="""
    by_scheme: dict[Scheme, list[str]] = {}
    for project in projects.named_by_id(visit):
        by_scheme.setdefault(type_scheme_of(visit.state, project), []).append(str(project.id))
    found = [{"issueTypeScheme": _shape(visit, s), "projectIds": ids} for s, ids in by_scheme.items()]
    return paging.page(visit, found, "issuetypescheme/project")


def give_project(visit: Visit) -> Response:
    """PUT issuetypescheme/project; refused while the project has issues of types that are not in it"""
    admins_only(visit)
    given = body.read(visit, {"issueTypeSchemeId": str, "projectId": str})
    project, scheme = (
        projects.find(visit, given.get("projectId", "")),
        _find(visit, given.get("issueTypeSchemeId", "")),
    )
    if project.style != "classic":
        raise Refusal(400, "Issue type schemes are for company-managed projects.")
    used = {visit.state.issues[number].type_id for number in visit.state.by_project[project.id]}
    if used - set(_ids(visit, scheme)):
        raise Refusal(400, "The project has issues of types that are not in the issue type scheme.")
    project.type_scheme_id = scheme.id
    return Response(204)


def associations(visit: Visit, number: str) -> Response:
    """GET issuetypescheme/{id}/associations (Data Center): the projects that use it."""
    scheme = _find(visit, number)
    used = (p for p in projects.visible(visit) if type_scheme_of(visit.state, p).id == scheme.id)
    return Response.json([projects.whole(visit, project) for project in used])


def _find(visit: Visit, number: str) -> Scheme:
    found = next((scheme for scheme in issue_type_schemes(visit.state) if str(scheme.id) == number), None)
    if found is None:
        raise Refusal(404, f"The scheme with id '{number}' does not exist.")
    return found


def _to_change(visit: Visit, number: str) -> Scheme:
    admins_only(visit)
    return _find(visit, number)


def _keep(visit: Visit, scheme: Scheme) -> None:
    visit.state.type_schemes[scheme.id] = scheme


def _ids(visit: Visit, scheme: Scheme) -> list[int]:
    shared = [entry.id for entry in visit.state.types.values() if entry.project_id is None]
    if scheme.id == _DEFAULT or scheme.type_ids is None:
        return shared
    return [number for number in scheme.type_ids if number in shared]


def _read_types(visit: Visit, given: Json) -> tuple[int, ...]:
    names = [str(number) for number in given.get("issueTypeIds", [])]
    known = {str(entry.id) for entry in visit.state.types.values() if entry.project_id is None}
    if not names or len(set(names)) < len(names) or set(names) - known:
        raise Refusal(400, "The ids of the site's issue types must be given, each once.")
    return tuple(map(int, names))


def _changed(visit: Visit, scheme: Scheme, given: Json) -> Scheme:
    name = str(given.get("name", scheme.name)).strip()
    others = (other for other in issue_type_schemes(visit.state) if other.id != scheme.id)
    if not 1 <= len(name) <= 255:
        raise Refusal(400, "The name of the issue type scheme must have 1 to 255 characters.")
    if any(other.name.lower() == name.lower() for other in others):
        raise Refusal(409, "The issue type scheme name is already used.")
    default = given.get("defaultIssueTypeId")
    if default is not None and default not in map(str, _ids(visit, scheme)):
        raise Refusal(400, "The default issue type must be one of the issue type scheme.")
    text = given.get("description", scheme.description)
    first = int(default) if default else scheme.default_id
    return replace(scheme, name=name, description=text, default_id=first)


def _shape(visit: Visit, scheme: Scheme) -> Json:
    shape: Json = {"id": str(scheme.id), "name": scheme.name, "description": scheme.description}
    if not visit.state.site.is_cloud:
        home = {"expand": "defaultIssueType,issueTypes", "self": visit.rest(f"issuetypescheme/{scheme.id}")}
        return home | shape
    first = scheme.default_id or next(iter(_ids(visit, scheme)), None)
    return (
        shape | ({"defaultIssueTypeId": str(first)} if first else {}) | {"isDefault": scheme.id == _DEFAULT}
    )


ROUTES = (
    ("GET", "issuetypescheme", every),
    ("POST", "issuetypescheme", create),
    ("GET", "issuetypescheme/mapping", mapping),
    ("GET", "issuetypescheme/project", of_projects),
    ("PUT", "issuetypescheme/project", give_project),
    ("GET", "issuetypescheme/{number}", get),
    ("PUT", "issuetypescheme/{number}", update),
    ("DELETE", "issuetypescheme/{number}", delete),
    ("DELETE", "issuetypescheme/{number}", delete),
    ("GET", "issuetypescheme/{number}/associations", associations),
    ("PUT", "issuetypescheme/{number}/issuetype", add_types),
    ("PUT", "issuetypescheme/{number}/issuetype/move", move_types),
    ("DELETE", "issuetypescheme/{number}/issuetype/{type_id}", remove_type),
)
