"""Roles made, changed and deleted for the whole site, and who plays them in projects made from then on."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.settings import Role
from sandbox.jira.wire.administration import projects, roles
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit

_ADMINS = "You are not authorized to manage project roles."
_SCHEMA: body.Schema = {"name": str, "description": str}


def create(visit: Visit) -> Response:
    """POST role"""
    visit.require("ADMINISTER", _ADMINS)
    given = body.read(visit, _SCHEMA)
    name = _name(visit, given.get("name", ""), None)
    made = Role(visit.state.fresh_id("role", visit.state.roles), name, given.get("description", ""))
    visit.state.roles[made.id] = made
    return Response.json(roles.plain(visit, made))


def update(visit: Visit, role_id: str) -> Response:
    """POST role/{id} for some of it, PUT role/{id} for both name and description."""
    visit.require("ADMINISTER", _ADMINS)
    found, given = roles.find(visit, role_id), body.read(visit, _SCHEMA)
    wanted = _SCHEMA.keys() if visit.request.method == "PUT" else ()
    if any(name not in given for name in wanted) or not given:
        raise Refusal(400, "The name and the description of the role must be given.")
    if "name" in given:
        found.name = _name(visit, given["name"], found)
    found.description = given.get("description", found.description)
    return Response.json(roles.plain(visit, found))


def delete(visit: Visit, role_id: str) -> Response:
    """DELETE role/{id}?swap=: who plays it plays another; a must once somebody does."""
    visit.require("ADMINISTER", _ADMINS)
    found, swap = roles.find(visit, role_id), visit.request.arg("swap")
    played = any(found.people.values()) or any(found.groups.values())
    if played and not swap:
        raise Refusal(409, "The role is in use, and no role that replaces it was given.")
    if swap:
        other = roles.find(visit, swap)
        for mine, theirs in ((found.people, other.people), (found.groups, other.groups)):
            for project_id, names in mine.items():
                theirs.setdefault(project_id, set()).update(names)
    del visit.state.roles[found.id]
    return Response(204)


def defaults(visit: Visit, role_id: str) -> Response:
    """GET role/{id}/actors"""
    visit.require("ADMINISTER", _ADMINS)
    return _defaults(visit, roles.find(visit, role_id))


def defaults_add(visit: Visit, role_id: str) -> Response:
    """POST role/{id}/actors"""
    visit.require("ADMINISTER", _ADMINS)
    found = roles.find(visit, role_id)
    given: dict[str, Any] = body.read(visit, {"user": list, "group": list, "groupId": list})
    people, groups = roles.actors(visit, given)
    found.default_people |= people
    found.default_groups |= groups
    return _defaults(visit, found)


def defaults_remove(visit: Visit, role_id: str) -> Response:
    """DELETE role/{id}/actors?user= or ?group= or ?groupId="""
    visit.require("ADMINISTER", _ADMINS)
    found = roles.find(visit, role_id)
    given = {name: visit.request.arg(name) for name in ("user", "group", "groupId")}
    people, groups = roles.actors(visit, {name: value for name, value in given.items() if value})
    found.default_people -= people
    found.default_groups -= groups
    return _defaults(visit, found)


def details(visit: Visit, key: str) -> Response:
    """GET project/{key}/roledetails, perhaps only of the roles that the caller plays."""
    project = projects.find(visit, key)
    mine = visit.request.arg("currentMember") == "true"
    shown = [
        {
            "self": visit.rest(f"project/{project.id}/role/{role.id}"),
            "id": role.id,
            "name": role.name,
            "description": role.description,
            "admin": role.name == "Administrators",
            "default": bool(role.default_people or role.default_groups),
            "roleConfigurable": True,
            "translatedName": role.name,
        }
        for role in visit.state.roles.values()
        if not mine or roles.plays(visit, visit.user, role, project.id)
    ]
    return Response.json(shown)


def _defaults(visit: Visit, role: Role) -> Response:
    return Response.json({"actors": roles.actor_shapes(visit, role.default_people, role.default_groups)})


def _name(visit: Visit, name: str, present: Role | None) -> str:
    if not name.strip():
        raise Refusal(400, "The name of the role must be given.")
    if any(
        other.name.lower() == name.lower() for other in visit.state.roles.values() if other is not present
    ):
        raise Refusal(409, f"A project role with name '{name}' already exists.")
    return name


ROUTES = (
    ("POST", "role", create),
    ("POST", "role/{role_id}", update),
    ("PUT", "role/{role_id}", update),
    ("DELETE", "role/{role_id}", delete),
    ("GET", "role/{role_id}/actors", defaults),
    ("POST", "role/{role_id}/actors", defaults_add),
    ("DELETE", "role/{role_id}/actors", defaults_remove),
    ("GET", "project/{key}/roledetails", details),
)
