"""The schemes that come with a site and its project templates: notification, security, workflows, priorities."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.http import Response
from sandbox.jira.schemes import of_project, workflow_name, workflow_schemes
from sandbox.jira.settings import Scheme
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http import paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.service.licences import EVENTS

# resource: (key of the list, name of the only one, its id)
_SINGLE = {
    "notificationscheme": ("values", "Default Notification Scheme", 10000),
    "issuesecurityschemes": ("issueSecuritySchemes", "Default", 10000),
    "priorityscheme": ("values", "Default priority scheme", 1),
}
_READ_BY_ID = ("notificationscheme", "issuesecurityschemes")


def _list(resource: str) -> Callable[..., Response]:
    key = _SINGLE[resource][0]

    def every(visit: Visit) -> Response:
        if key == "values":
            return paging.page(visit, [_single(visit, resource)], resource)
        return Response.json({key: [_single(visit, resource)]})

    return every


def _one(resource: str) -> Callable[..., Response]:
    def get(visit: Visit, number: str) -> Response:
        _only(number, resource)
        return Response.json(_single(visit, resource))

    return get


def _of_project(resource: str) -> Callable[..., Response]:
    def get(visit: Visit, key: str) -> Response:
        projects.find(visit, key)
        return Response.json(_single(visit, resource))

    return get


def security_of_project(visit: Visit, key: str) -> Response:
    """GET project/{key}/issuesecuritylevelscheme: 404 where the site has no levels."""
    projects.find(visit, key)
    if not visit.state.security_levels:
        raise Refusal(404, "The project has no issue security scheme.")
    return Response.json(_single(visit, "issuesecurityschemes"))


def _single(visit: Visit, resource: str) -> Json:
    _, name, number = _SINGLE[resource]
    home = visit.rest(f"{resource}/{number}")
    if resource == "priorityscheme":
        return {"id": str(number), "name": name, "description": "", "isDefault": True}
    shape: Json = {"self": home, "id": number, "name": name, "description": "The default of this site."}
    if resource == "notificationscheme":
        shape["expand"] = "notificationSchemeEvents,user,group,projectRole,field,all"
        if {"all", "notificationSchemeEvents"} & set(visit.names("expand")):
            shape["notificationSchemeEvents"] = _notifications()
    if resource == "issuesecurityschemes":
        levels = visit.state.security_levels.values()
        shape["levels"] = [shapes.security_level(visit, level) for level in levels]
    return shape


def _notifications() -> list[Json]:
    """Who hears of what by default: whoever is involved, of everything."""
    kinds = ("CurrentAssignee", "Reporter", "AllWatchers")
    return [
        {
            "event": {"id": number, "name": name},
            "notifications": [
                {"id": 100 * number + place, "notificationType": kind} for place, kind in enumerate(kinds)
            ],
        }
        for number, name in enumerate(EVENTS, start=1)
    ]


def notified_projects(visit: Visit) -> Response:
    """GET notificationscheme/project: every company-managed project with the only scheme."""
    wanted, ids = visit.names("projectId"), visit.names("notificationSchemeId")
    number = str(_SINGLE["notificationscheme"][2])
    found = [
        {"notificationSchemeId": number, "projectId": str(project.id)}
        for project in projects.visible(visit)
        if project.style == "classic"
        and (not wanted or str(project.id) in wanted)
        and (not ids or number in ids)
    ]
    return paging.page(visit, found, "notificationscheme/project")


def priorities_of_scheme(visit: Visit, number: str) -> Response:
    """GET priorityscheme/{id}/priorities"""
    _only(number, "priorityscheme")
    found = [shapes.priority(visit, entry) for entry in visit.state.priorities.values()]
    return paging.page(visit, found, f"priorityscheme/{number}/priorities")


def projects_of_scheme(visit: Visit, number: str) -> Response:
    """GET priorityscheme/{id}/projects"""
    _only(number, "priorityscheme")
    found = [shapes.project(visit, project) for project in projects.visible(visit)]
    return paging.page(visit, found, f"priorityscheme/{number}/projects")


def _only(number: str, resource: str) -> None:
    if number != str(_SINGLE[resource][2]):
        raise Refusal(404, f"The scheme with id '{number}' does not exist.")


def flow_schemes(visit: Visit) -> Response:
    """GET workflowscheme"""
    found = [_flow_scheme(visit, scheme) for scheme in workflow_schemes(visit.state)]
    return paging.page(visit, found, "workflowscheme")


def flow_scheme(visit: Visit, number: str) -> Response:
    """GET workflowscheme/{id}"""
    return Response.json(_flow_scheme(visit, _named(workflow_schemes(visit.state), number)))


def flow_schemes_of_projects(visit: Visit) -> Response:
    """GET workflowscheme/project?projectId="""
    schemes = workflow_schemes(visit.state)
    by_scheme: dict[Scheme, list[str]] = {}
    for project in projects.named_by_id(visit):
        by_scheme.setdefault(of_project(schemes, project), []).append(str(project.id))
    found = [
        {"workflowScheme": _flow_scheme(visit, scheme), "projectIds": numbers}
        for scheme, numbers in by_scheme.items()
    ]
    return Response.json({"values": found})


def flow_scheme_of_project(visit: Visit, key: str) -> Response:
    """GET project/{key}/workflowscheme"""
    project = projects.find(visit, key)
    return Response.json(_flow_scheme(visit, of_project(workflow_schemes(visit.state), project)))


def _named(schemes: list[Scheme], number: str) -> Scheme:
    found = next((scheme for scheme in schemes if str(scheme.id) == number), None)
    if found is None:
        raise Refusal(404, f"The scheme with id '{number}' does not exist.")
    return found


def _flow_scheme(visit: Visit, scheme: Scheme) -> Json:
    project = visit.state.projects.get(scheme.project_id or 0)
    return {
        "id": scheme.id,
        "name": scheme.name,
        "description": scheme.description,
        "defaultWorkflow": workflow_name(project),
        "issueTypeMappings": {},
        "draft": False,
        "self": visit.rest(f"workflowscheme/{scheme.id}"),
    }


ROUTES: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    *(("GET", resource, _list(resource)) for resource in _SINGLE),
    *(("GET", f"{resource}/{{number}}", _one(resource)) for resource in _READ_BY_ID),
    ("GET", "notificationscheme/project", notified_projects),
    ("GET", "priorityscheme/{number}/priorities", priorities_of_scheme),
    ("GET", "priorityscheme/{number}/projects", projects_of_scheme),
    ("GET", "project/{key}/notificationscheme", _of_project("notificationscheme")),
    ("GET", "project/{key}/issuesecuritylevelscheme", security_of_project),
    ("GET", "workflowscheme", flow_schemes),
    ("GET", "workflowscheme/project", flow_schemes_of_projects),
    ("GET", "workflowscheme/{number}", flow_scheme),
    ("GET", "project/{key}/workflowscheme", flow_scheme_of_project),
)
