"""Projects as the login may see them, and their properties."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.entities import Project
from sandbox.jira.wire import shapes
from sandbox.jira.wire.errors import Refusal
from sandbox.jira.wire.shapes import Json
from sandbox.jira.wire.visit import Visit

_PAGE = 50


def every(visit: Visit) -> Response:
    """GET project: the unpaged list."""
    return Response.json([_listed(visit, project) for project in visible(visit)])


def search(visit: Visit) -> Response:
    """GET project/search, filtered by id, keys, query and typeKey. A key that is not visible is absent."""
    start, count = visit.number("startAt", 0), visit.number("maxResults", _PAGE, most=_PAGE)
    chosen = [project for project in visible(visit) if _matches(visit, project)]
    page = chosen[start : start + count]
    last = start + len(page) >= len(chosen)
    path = f"project/search?maxResults={count}&startAt="
    shape: Json = {
        "self": visit.rest(f"{path}{start}"),
        "maxResults": count,
        "startAt": start,
        "total": len(chosen),
        "isLast": last,
        "values": [_listed(visit, project) for project in page],
    }
    if not last:
        shape["nextPage"] = visit.rest(f"{path}{start + count}")
    return Response.json(shape)


def get(visit: Visit, key: str) -> Response:
    """GET project/{key}"""
    project, state = find(visit, key), visit.state
    versions = [v for v in state.versions.values() if v.project_id == project.id]
    components = [c for c in state.components.values() if c.project_id == project.id]
    scope = project.id if project.style == "next-gen" else None
    types = [t for t in state.types.values() if t.project_id == scope]
    return Response.json(
        {
            **_listed(visit, project),
            "description": "",
            "lead": shapes.person(visit, project.lead),
            "components": [shapes.component(visit, entry) for entry in components],
            "issueTypes": [shapes.issue_type(visit, entry) for entry in types],
            "assigneeType": "UNASSIGNED",
            "versions": [shapes.version(visit, entry) for entry in versions],
            "roles": {},
        }
    )


def visible(visit: Visit) -> list[Project]:
    """Projects the login may browse, by key."""
    seen = (p for p in visit.state.projects.values() if visit.state.can_see_project(visit.user, p.id))
    return sorted(seen, key=lambda project: project.key)


def find(visit: Visit, key: str) -> Project:
    """A visible project by id or key, or the 404."""
    project = visit.state.project(key)
    if project is None or not visit.state.can_see_project(visit.user, project.id):
        raise Refusal(404, f"No project could be found with key '{key}'.")
    return project


def _matches(visit: Visit, project: Project) -> bool:
    ids, keys = visit.names("id"), [key.upper() for key in visit.names("keys")]
    text, kinds = visit.request.arg("query").lower(), visit.names("typeKey")
    return (
        (not ids or str(project.id) in ids)
        and (not keys or project.key.upper() in keys)
        and (text in project.key.lower() or text in project.name.lower())
        and (not kinds or project.type_key in kinds)
    )


def _listed(visit: Visit, project: Project) -> Json:
    return {
        "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
        **shapes.project(visit, project),
        "style": project.style,
        "isPrivate": False,
        "properties": {},
        "entityId": f"entity-{project.id}",
        "uuid": f"entity-{project.id}",
    }


ROUTES = (
    ("GET", "project", every),
    ("GET", "project/search", search),
    ("GET", "project/{key}", get),
)
