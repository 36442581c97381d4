"""The schemes that clients list before they create a project: one default of each, which rules everything."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.http import Response
from sandbox.jira.wire import paging, projects, shapes
from sandbox.jira.wire.errors import Refusal
from sandbox.jira.wire.shapes import Json
from sandbox.jira.wire.visit import Visit

# resource: (key of the list, name of the default, its id)
_SCHEMES = {
    "permissionscheme": ("permissionSchemes", "Default Permission Scheme", 0),
    "notificationscheme": ("values", "Default Notification Scheme", 10000),
    "issuesecurityschemes": ("issueSecuritySchemes", "Default", 10000),
    "issuetypescheme": ("values", "Default Issue Type Scheme", 10000),
    "workflowscheme": ("values", "Default Workflow Scheme", 10000),
    "priorityscheme": ("values", "Default priority scheme", 1),
}


def _list(resource: str) -> Callable[..., Response]:
    key = _SCHEMES[resource][0]

    def every(visit: Visit) -> Response:
        if key == "values":
            return paging.page(visit, [_shape(visit, resource)], resource)
        return Response.json({key: [_shape(visit, resource)]})

    return every


def _one(resource: str) -> Callable[..., Response]:
    def get(visit: Visit, number: str) -> Response:
        if number != str(_SCHEMES[resource][2]):
            raise Refusal(404, f"The scheme with id '{number}' does not exist.")
        return Response.json(_shape(visit, resource))

    return get


def _of_project(resource: str) -> Callable[..., Response]:
    def get(visit: Visit, key: str) -> Response:
        projects.find(visit, key)
        return Response.json(_shape(visit, resource))

    return get


def _shape(visit: Visit, resource: str) -> Json:
    _, name, number = _SCHEMES[resource]
    home = visit.rest(f"{resource}/{number}")
    shape: Json = {"self": home, "id": number, "name": name, "description": "The default of this site."}
    if resource == "issuesecurityschemes":
        levels = visit.state.security_levels.values()
        shape["levels"] = [shapes.security_level(visit, level) for level in levels]
    return shape


ROUTES: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    *(("GET", resource, _list(resource)) for resource in _SCHEMES),
    *(("GET", f"{resource}/{{number}}", _one(resource)) for resource in _SCHEMES),
    ("GET", "project/{key}/permissionscheme", _of_project("permissionscheme")),
    ("GET", "project/{key}/notificationscheme", _of_project("notificationscheme")),
    ("GET", "project/{key}/issuesecuritylevelscheme", _of_project("issuesecurityschemes")),
    ("GET", "project/{key}/priorityscheme", _of_project("priorityscheme")),
    ("GET", "project/{key}/workflowscheme", _of_project("workflowscheme")),
)
