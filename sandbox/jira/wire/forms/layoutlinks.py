"""What issue types lead to in a layout scheme, and which projects use it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sandbox.http import Response
from sandbox.jira.wire.administration.workflows import admins_only
from sandbox.jira.wire.forms.layoutkinds import (
    BY_TYPE,
    CONFIGURATION_SCHEMES,
    DEFAULT,
    SCREENS,
    TYPE_SCREENS,
    Kind,
    all_of,
    default_of,
    find,
    read_links,
    shape,
)
from sandbox.jira.wire.http import body, paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit


def mappings(kind: Kind, visit: Visit) -> Response:
    """GET {kind}/mapping: what each issue type leads to"""
    admins_only(visit)
    ids = visit.names(f"{kind.scheme_key}Id")
    found = [
        {f"{kind.scheme_key}Id": str(layout.id), "issueTypeId": type_id, kind.target_key: str(target)}
        for layout in all_of(kind, visit).values()
        if not ids or str(layout.id) in ids
        for type_id, target in layout.links.items()
    ]
    return paging.page(visit, found, f"{kind.name}/mapping")


def link(kind: Kind, visit: Visit, number: str) -> Response:
    """PUT {kind}/{id}/mapping: more issue types, or others for them"""
    found = find(kind, visit, number)
    given = body.read(visit, {"issueTypeMappings": list, "mappings": list})
    links = read_links(
        kind, visit, {"issueTypeMappings": given.get("mappings", given.get("issueTypeMappings", []))}
    )
    if not links:
        raise Refusal(400, "At least one mapping must be given.")
    found.links |= links
    return Response(204)


def link_default(visit: Visit, number: str) -> Response:
    """PUT issuetypescreenscheme/{id}/mapping/default"""
    found = find(TYPE_SCREENS, visit, number)
    wanted = body.read(visit, {"screenSchemeId": str}).get("screenSchemeId", "")
    found.links[DEFAULT] = find(SCREENS, visit, wanted).id
    return Response(204)


def unlink(kind: Kind, visit: Visit, number: str) -> Response:
    """POST {kind}/{id}/mapping/remove or delete: these issue types go with the default again"""
    found = find(kind, visit, number)
    gone = [str(name) for name in body.read(visit, {"issueTypeIds": list}).get("issueTypeIds", [])]
    if not gone or DEFAULT in gone:
        raise Refusal(400, "The ids of issue types must be given.")
    found.links = {name: target for name, target in found.links.items() if name not in gone}
    return Response(204)


def of_projects(kind: Kind, visit: Visit) -> Response:
    """GET {kind}/project?projectId=: the scheme of each company-managed project; none is the site's default."""
    admins_only(visit)
    ids = visit.names("projectId")
    if not ids:
        raise Refusal(400, "At least one project id is required.")
    by_scheme: dict[int, list[str]] = {}
    for project in visit.state.projects.values():
        if str(project.id) in ids and project.style == "classic":
            used = [layout.id for layout in all_of(kind, visit).values() if project.id in layout.project_ids]
            by_scheme.setdefault(used[0] if used else default_of(kind), []).append(str(project.id))
    found = [_used(kind, visit, number, projects) for number, projects in by_scheme.items()]
    return paging.page(visit, found, f"{kind.name}/project")


def give_project(kind: Kind, visit: Visit) -> Response:
    """PUT {kind}/project; without a scheme the project goes back to the default."""
    admins_only(visit)
    given = body.read(visit, {f"{kind.scheme_key}Id": str, "projectId": str})
    project = visit.state.project(given.get("projectId", ""))
    if project is None or project.style != "classic":
        raise Refusal(404 if project is None else 400, "The project is not one that has such schemes.")
    number = given.get(f"{kind.scheme_key}Id")
    found = find(kind, visit, number) if number else None
    for layout in all_of(kind, visit).values():
        layout.project_ids.discard(project.id)
    if found and found.id != default_of(kind):
        found.project_ids.add(project.id)
    return Response(204)


def projects(visit: Visit, number: str) -> Response:
    """GET issuetypescreenscheme/{id}/project"""
    found, held = find(TYPE_SCREENS, visit, number), all_of(TYPE_SCREENS, visit).values()
    given = {project_id for layout in held for project_id in layout.project_ids}
    known = visit.state.projects
    ids = known.keys() - given if found.id == default_of(TYPE_SCREENS) else found.project_ids & known.keys()
    shown = [shapes.project(visit, known[n]) for n in sorted(ids) if known[n].style == "classic"]
    return paging.page(visit, shown, f"issuetypescreenscheme/{number}/project")


def _used(kind: Kind, visit: Visit, number: int, project_ids: list[str]) -> Json:
    found = all_of(kind, visit).get(number)
    return ({kind.scheme_key: shape(kind, found)} if found else {}) | {"projectIds": project_ids}


ROUTES: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    *(("GET", f"{kind.name}/mapping", partial(mappings, kind)) for kind in BY_TYPE),
    *(("PUT", f"{kind.name}/{{number}}/mapping", partial(link, kind)) for kind in BY_TYPE),
    *(("GET", f"{kind.name}/project", partial(of_projects, kind)) for kind in BY_TYPE),
    *(("PUT", f"{kind.name}/project", partial(give_project, kind)) for kind in BY_TYPE),
    ("POST", "issuetypescreenscheme/{number}/mapping/remove", partial(unlink, TYPE_SCREENS)),
    ("POST", "fieldconfigurationscheme/{number}/mapping/delete", partial(unlink, CONFIGURATION_SCHEMES)),
    ("PUT", "issuetypescreenscheme/{number}/mapping/default", link_default),
    ("GET", "issuetypescreenscheme/{number}/project", projects),
)
