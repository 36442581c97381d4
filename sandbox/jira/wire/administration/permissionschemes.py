"""Permission schemes: made, changed and deleted with their grants, and given to projects."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.schemes import DEFAULT_PERMISSIONS, SOFTWARE_PERMISSIONS
from sandbox.jira.settings import Grant, PermissionScheme
from sandbox.jira.wire.administration import permissiongrants, projects
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.service import audit

_SCHEMA: body.Schema = {
    "name": str, "description": str, "permissions": list, "id": int, "self": str, "expand": str, "scope": dict,
}  # fmt: skip


def every(visit: Visit) -> Response:
    """GET permissionscheme, with the grants where expand=permissions"""
    schemes = visit.state.permission_schemes.values()
    return Response.json({"permissionSchemes": [_shape(visit, entry, whole=False) for entry in schemes]})


def get(visit: Visit, number: str) -> Response:
    """GET permissionscheme/{id}; the Cloud shows the grants unasked."""
    return Response.json(_shape(visit, _find(visit, number), whole=visit.state.site.is_cloud))


def create(visit: Visit) -> Response:
    """POST permissionscheme: 201"""
    _admins_only(visit)
    number = visit.state.fresh_id("permissionscheme", visit.state.permission_schemes)
    made = PermissionScheme(number, "")
    _change(visit, made, body.read(visit, _SCHEMA))
    visit.state.permission_schemes[number] = made
    audit.note(visit, "permissions", "Permission scheme created", made.name, "SCHEME", made.id)
    return Response.json(_shape(visit, made, whole=True), 201)


def update(visit: Visit, number: str) -> Response:
    """PUT permissionscheme/{id}: name and description, and where they are given the grants as a whole."""
    _admins_only(visit)
    found = _find(visit, number)
    _change(visit, found, body.read(visit, _SCHEMA))
    return Response.json(_shape(visit, found, whole=False))


def delete(visit: Visit, number: str) -> Response:
    """DELETE permissionscheme/{id}, when no project uses it; the default one stays."""
    _admins_only(visit)
    found = _find(visit, number)
    users = [p for p in visit.state.projects.values() if p.permission_scheme_id == found.id]
    if found.id in (DEFAULT_PERMISSIONS, SOFTWARE_PERMISSIONS) or users:
        raise Refusal(400, "The permission scheme is in use and cannot be deleted.")
    del visit.state.permission_schemes[found.id]
    audit.note(visit, "permissions", "Permission scheme deleted", found.name, "SCHEME", found.id)
    return Response(204)


def grants(visit: Visit, number: str) -> Response:
    """GET permissionscheme/{id}/permission"""
    found = _find(visit, number)
    shown = [permissiongrants.shape(visit, found, entry) for entry in found.grants]
    return Response.json({"permissions": shown, "expand": "user,group,projectRole,field,all"})


def grant_create(visit: Visit, number: str) -> Response:
    """POST permissionscheme/{id}/permission: 201"""
    _admins_only(visit)
    found = _find(visit, number)
    made = permissiongrants.read(visit, body.read_raw(visit))
    if any(_says(made) == _says(entry) for entry in found.grants):
        raise Refusal(400, "The permission grant exists already.")
    found.grants.append(made)
    return Response.json(permissiongrants.shape(visit, found, made), 201)


def grant_get(visit: Visit, number: str, grant_id: str) -> Response:
    """GET permissionscheme/{id}/permission/{id}"""
    found = _find(visit, number)
    return Response.json(permissiongrants.shape(visit, found, _find_grant(found, grant_id)))


def grant_delete(visit: Visit, number: str, grant_id: str) -> Response:
    """DELETE permissionscheme/{id}/permission/{id}"""
    _admins_only(visit)
    found = _find(visit, number)
    found.grants.remove(_find_grant(found, grant_id))
    return Response(204)


def of_project(visit: Visit, key: str) -> Response:
    """GET project/{key}/permissionscheme"""
    number = projects.find(visit, key).permission_scheme_id
    return Response.json(_shape(visit, visit.state.permission_schemes[number], whole=False))


def give_project(visit: Visit, key: str) -> Response:
    """PUT project/{key}/permissionscheme"""
    _admins_only(visit)
    project = projects.find(visit, key)
    found = _find(visit, str(body.read(visit, {"id": (int, str)}).get("id", "")))
    project.permission_scheme_id = found.id
    return Response.json(_shape(visit, found, whole=False))


def _admins_only(visit: Visit) -> None:
    visit.require("ADMINISTER", "You must have global administrator rights to manage permission schemes.")


def _find(visit: Visit, number: str) -> PermissionScheme:
    found = visit.state.permission_schemes.get(int(number)) if number.isdigit() else None
    if found is None:
        raise Refusal(404, f"The permission scheme with id '{number}' does not exist.")
    return found


def _find_grant(scheme: PermissionScheme, grant_id: str) -> Grant:
    found = next((entry for entry in scheme.grants if str(entry.id) == grant_id), None)
    if found is None:
        raise Refusal(404, f"The permission with id '{grant_id}' does not exist.")
    return found


def _change(visit: Visit, found: PermissionScheme, given: dict[str, Any]) -> None:
    name = given.get("name", found.name)
    if not name.strip():
        raise Refusal(400, fields={"name": "The name of the permission scheme is required."})
    others = (entry for entry in visit.state.permission_schemes.values() if entry is not found)
    if any(other.name.lower() == name.lower() for other in others):
        raise Refusal(400, fields={"name": "A permission scheme with this name already exists."})
    if "permissions" in given:
        found.grants = [permissiongrants.read(visit, entry) for entry in given["permissions"]]
    found.name, found.description = name, given.get("description", found.description)


def _says(grant: Grant) -> tuple[str, str, str]:
    return grant.permission, grant.holder, grant.parameter


def _shape(visit: Visit, entry: PermissionScheme, *, whole: bool) -> Json:
    home = visit.rest(f"permissionscheme/{entry.id}")
    shape: Json = {
        "expand": "permissions,user,group,projectRole,field,all",
        "id": entry.id,
        "self": home,
        "name": entry.name,
        "description": entry.description,
    }
    if whole or visit.request.arg("expand"):
        shape["permissions"] = [permissiongrants.shape(visit, entry, grant) for grant in entry.grants]
    return shape


ROUTES = (
    ("GET", "permissionscheme", every),
    ("POST", "permissionscheme", create),
    ("GET", "permissionscheme/{number}", get),
    ("PUT", "permissionscheme/{number}", update),
    ("DELETE", "permissionscheme/{number}", delete),
    ("GET", "permissionscheme/{number}/permission", grants),
    ("POST", "permissionscheme/{number}/permission", grant_create),
    ("GET", "permissionscheme/{number}/permission/{grant_id}", grant_get),
    ("DELETE", "permissionscheme/{number}/permission/{grant_id}", grant_delete),
    ("GET", "project/{key}/permissionscheme", of_project),
    ("PUT", "project/{key}/permissionscheme", give_project),
)
