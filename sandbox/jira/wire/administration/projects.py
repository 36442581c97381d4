"""Projects as the login may see them, and their properties."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from sandbox.http import Response
from sandbox.jira.entities import Project
from sandbox.jira.founding import BIN_LIFE, binned
from sandbox.jira.wire.http import paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_PAGE = 50
_EXPANDABLE = "description,lead,issueTypes,url,projectKeys,permissions,insight"


def every(visit: Visit) -> Response:
    """GET project: the unpaged list."""
    return Response.json([listed(visit, project) for project in visible(visit)])


def search(visit: Visit) -> Response:
    """GET project/search, filtered by id, keys, query, typeKey and categoryId. A key that is not visible is
    absent."""
    order = visit.request.arg("orderBy") or "key"
    chosen = [project for project in _in_status(visit) if _matches(visit, project)]
    if order.lstrip("+-") not in ("key", "name"):
        raise Refusal(400, f"The orderBy value '{order}' is not supported.")
    chosen.sort(key=lambda p: p.key if order.endswith("key") else p.name.lower(), reverse=order[0] == "-")
    show = whole if visit.request.arg("expand") else listed
    return paging.page(visit, [show(visit, project) for project in chosen], "project/search", most=_PAGE)


def _in_status(visit: Visit) -> list[Project]:
    """The projects that are `live` (default), `archived` or `deleted`; the latter two for administrators."""
    wanted, held = visit.names("status") or ["live"], list(visit.state.projects.values())
    if set(wanted) - {"live", "archived", "deleted"}:
        raise Refusal(400, f"The status '{wanted[0]}' is not one of live, archived and deleted.")
    found = visible(visit) if "live" in wanted else []
    if visit.may("ADMINISTER"):
        found += [p for p in held if "archived" in wanted and p.archived and p.binned_at is None]
        found += binned(visit.state, visit.now) if "deleted" in wanted else []
    return found


def named_by_id(visit: Visit) -> list[Project]:
    """The visible projects that `projectId` names, of which there must be one."""
    ids = visit.names("projectId")
    if not ids:
        raise Refusal(400, "At least one project id is required.")
    return [find(visit, number) for number in ids]


def get(visit: Visit, key: str) -> Response:
    """GET project/{key}"""
    return Response.json(whole(visit, find(visit, key)))


def whole(visit: Visit, project: Project) -> Json:
    """A project with everything that belongs to it."""
    state = visit.state
    versions = [v for v in state.versions.values() if v.project_id == project.id]
    components = [c for c in state.components.values() if c.project_id == project.id]
    shape = {
        **listed(visit, project),
        "description": project.description,
        **({"lead": shapes.person(visit, project.lead)} if project.lead else {}),
        "components": [shapes.component(visit, entry) for entry in components],
        "issueTypes": [shapes.issue_type(visit, entry) for entry in state.types_of(project.id)],
        "assigneeType": project.assignee_type,
        "versions": [shapes.version(visit, entry) for entry in versions],
        "roles": {r.name: visit.rest(f"project/{project.id}/role/{r.id}") for r in state.roles.values()},
    }
    return shape | ({"url": project.url} if project.url else {})


def visible(visit: Visit) -> list[Project]:
    """Projects the login may browse, by key."""
    seen = (p for p in visit.state.projects.values() if visit.state.can_see_project(visit.user, p.id))
    return sorted(seen, key=lambda project: project.key)


def find(visit: Visit, key: str) -> Project:
    """A visible project by id or key, or the 404."""
    project = visit.state.project(key)
    if project is not None and visit.state.site.is_cloud and not key.isdigit():
        project = (
            project if key in (project.key, *visit.state.keys_of(project)) else None
        )  # letters count as they are written
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
        and str(project.category_id) == (visit.request.arg("categoryId") or str(project.category_id))
    )


def listed(visit: Visit, project: Project) -> Json:
    """A project as lists show it."""
    shape: Json = {"expand": _EXPANDABLE, **shapes.project(visit, project)}
    if visit.state.site.is_cloud:
        uuid = _uuid(visit, project)
        shape |= {"style": project.style, "isPrivate": False, "properties": {}, "uuid": uuid}
    if "projectKeys" in visit.names("expand"):
        shape["projectKeys"] = visit.state.keys_of(project)
    if project.binned_at:
        until, deleter = visit.stamp(project.binned_at + BIN_LIFE), shapes.person(visit, project.binned_by)
        shape |= {"deleted": True, "deletedDate": visit.stamp(project.binned_at), "deletedBy": deleter}
        shape["retentionTillDate"] = until
    elif project.archived:
        shape["archived"] = True
    category = visit.state.categories.get(project.category_id or -1)
    return shape | ({"projectCategory": shapes.project_category(visit, category)} if category else {})


def _uuid(visit: Visit, project: Project) -> str:
    return str(uuid5(NAMESPACE_URL, f"{visit.state.site.cloud_id}/project/{project.id}"))


ROUTES = (
    ("GET", "project", every),
    ("GET", "project/search", search),
    ("GET", "project/{key}", get),
)
