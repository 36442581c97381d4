"""The schemes that come with a site and its project templates: notification, security, types, workflows, priorities."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.http import Response
from sandbox.jira.schemes import Scheme, issue_type_schemes, of_project, workflow_name, workflow_schemes
from sandbox.jira.wire import paging, projects, shapes
from sandbox.jira.wire.errors import Refusal
from sandbox.jira.wire.shapes import Json
from sandbox.jira.wire.visit import Visit

# resource: (key of the list, name of the only one, its id)
_SINGLE = {
    "notificationscheme": ("values", "Default Notification Scheme", 10000),
    "issuesecurityschemes": ("issueSecuritySchemes", "Default", 10000),
    "priorityscheme": ("values", "Default priority scheme", 1),
}
_READ_BY_ID = ("notificationscheme", "issuesecurityschemes", "priorityscheme")


def _list(resource: str) -> Callable[..., Response]:
    key = _SINGLE[resource][0]

    def every(visit: Visit) -> Response:
        if key == "values":
            return paging.page(visit, [_single(visit, resource)], resource)
        return Response.json({key: [_single(visit, resource)]})

    return every


def _one(resource: str) -> Callable[..., Response]:
    def get(visit: Visit, number: str) -> Response:
        if number != str(_SINGLE[resource][2]):
            raise Refusal(404, f"The scheme with id '{number}' does not exist.")
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
    shape: Json = {"self": home, "id": number, "name": name, "description": "The default of this site."}
    if resource == "issuesecurityschemes":
        levels = visit.state.security_levels.values()
        shape["levels"] = [shapes.security_level(visit, level) for level in levels]
    return shape


def type_schemes(visit: Visit) -> Response:
    """GET issuetypescheme: a page, by `id`; all at once in Data Center."""
    found = issue_type_schemes(visit.state)
    if not visit.state.site.is_cloud:
        return Response.json({"schemes": [_type_scheme(visit, scheme) for scheme in found]})
    ids = visit.request.args("id")
    shown = [_type_scheme(visit, scheme) for scheme in found if not ids or str(scheme.id) in ids]
    return paging.page(visit, shown, "issuetypescheme")


def type_scheme(visit: Visit, number: str) -> Response:
    """GET issuetypescheme/{id} (Data Center), with its types"""
    scheme = _named(issue_type_schemes(visit.state), number)
    return Response.json(_type_scheme(visit, scheme) | {"issueTypes": _types(visit, scheme)})


def type_scheme_projects(visit: Visit, number: str) -> Response:
    """GET issuetypescheme/{id}/associations (Data Center): the projects that use it."""
    schemes = issue_type_schemes(visit.state)
    scheme = _named(schemes, number)
    used = (p for p in projects.visible(visit) if of_project(schemes, p) == scheme)
    return Response.json([projects.whole(visit, project) for project in used])


def type_scheme_mapping(visit: Visit) -> Response:
    """GET issuetypescheme/mapping: which types are in which scheme."""
    ids = visit.request.args("issueTypeSchemeId")
    found = [
        {"issueTypeSchemeId": str(scheme.id), "issueTypeId": shape["id"]}
        for scheme in issue_type_schemes(visit.state)
        if not ids or str(scheme.id) in ids
        for shape in _types(visit, scheme)
    ]
    return paging.page(visit, found, "issuetypescheme/mapping")


def type_schemes_of_projects(visit: Visit) -> Response:
    """GET issuetypescheme/project?projectId="""
    found = issue_type_schemes(visit.state)
    return _of_projects(visit, found, "issueTypeScheme", "issuetypescheme/project", _type_scheme)


def flow_schemes(visit: Visit) -> Response:
    """GET workflowscheme"""
    found = [_flow_scheme(visit, scheme) for scheme in workflow_schemes(visit.state)]
    return paging.page(visit, found, "workflowscheme")


def flow_scheme(visit: Visit, number: str) -> Response:
    """GET workflowscheme/{id}"""
    return Response.json(_flow_scheme(visit, _named(workflow_schemes(visit.state), number)))


def flow_schemes_of_projects(visit: Visit) -> Response:
    """GET workflowscheme/project?projectId="""
    found = workflow_schemes(visit.state)
    return _of_projects(visit, found, "workflowScheme", "workflowscheme/project", _flow_scheme)


def flow_scheme_of_project(visit: Visit, key: str) -> Response:
    """GET project/{key}/workflowscheme"""
    project = projects.find(visit, key)
    return Response.json(_flow_scheme(visit, of_project(workflow_schemes(visit.state), project)))


def _of_projects(
    visit: Visit, schemes: list[Scheme], name: str, path: str, shape: Callable[[Visit, Scheme], Json]
) -> Response:
    ids = visit.request.args("projectId")
    if not ids:
        raise Refusal(400, "At least one project id is required.")
    wanted = [projects.find(visit, number) for number in ids]
    by_scheme: dict[Scheme, list[str]] = {}
    for project in wanted:
        by_scheme.setdefault(of_project(schemes, project), []).append(str(project.id))
    found = [{name: shape(visit, scheme), "projectIds": numbers} for scheme, numbers in by_scheme.items()]
    if name == "workflowScheme":
        return Response.json({"values": found})
    return paging.page(visit, found, path)


def _named(schemes: list[Scheme], number: str) -> Scheme:
    found = next((scheme for scheme in schemes if str(scheme.id) == number), None)
    if found is None:
        raise Refusal(404, f"The scheme with id '{number}' does not exist.")
    return found


def _types(visit: Visit, scheme: Scheme) -> list[Json]:
    shared = (entry for entry in visit.state.types.values() if entry.project_id is None)
    own = visit.state.types_of(scheme.project_id) if scheme.project_id else shared
    return [shapes.issue_type(visit, entry) for entry in own]


def _type_scheme(visit: Visit, scheme: Scheme) -> Json:
    shape: Json = {"id": str(scheme.id), "name": scheme.name, "description": scheme.description}
    if visit.state.site.is_cloud:
        types = _types(visit, scheme)
        default = {"defaultIssueTypeId": types[0]["id"]} if types else {}
        return shape | default | {"isDefault": scheme.project_id is None}
    return {
        "expand": "defaultIssueType,issueTypes",
        "self": visit.rest(f"issuetypescheme/{scheme.id}"),
    } | shape


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
    ("GET", "project/{key}/notificationscheme", _of_project("notificationscheme")),
    ("GET", "project/{key}/issuesecuritylevelscheme", security_of_project),
    ("GET", "project/{key}/priorityscheme", _of_project("priorityscheme")),
    ("GET", "issuetypescheme", type_schemes),
    ("GET", "issuetypescheme/mapping", type_scheme_mapping),
    ("GET", "issuetypescheme/project", type_schemes_of_projects),
    ("GET", "issuetypescheme/{number}", type_scheme),
    ("GET", "issuetypescheme/{number}/associations", type_scheme_projects),
    ("GET", "workflowscheme", flow_schemes),
    ("GET", "workflowscheme/project", flow_schemes_of_projects),
    ("GET", "workflowscheme/{number}", flow_scheme),
    ("GET", "project/{key}/workflowscheme", flow_scheme_of_project),
)
