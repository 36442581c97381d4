"""Project roles of the site and who plays them in each project."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.settings import Role
from sandbox.jira.wire import body, projects
from sandbox.jira.wire.errors import Refusal
from sandbox.jira.wire.shapes import Json
from sandbox.jira.wire.visit import Visit

_SCHEMA: body.Schema = {
    "user": (list, str), "group": (list, str), "groupId": (list, str), "categorisedActors": dict, "id": int,
}  # fmt: skip


def every(visit: Visit) -> Response:
    """GET role"""
    return Response.json([_plain(visit, role) for role in visit.state.roles.values()])


def get(visit: Visit, role_id: str) -> Response:
    """GET role/{id}"""
    return Response.json(_plain(visit, _find(visit, role_id)))


def of_project(visit: Visit, key: str) -> Response:
    """GET project/{key}/role: address by name."""
    project = projects.find(visit, key)
    home = visit.rest(f"project/{project.id}/role")
    return Response.json({role.name: f"{home}/{role.id}" for role in visit.state.roles.values()})


def in_project(visit: Visit, key: str, role_id: str) -> Response:
    """GET project/{key}/role/{id}"""
    return Response.json(_shape(visit, projects.find(visit, key).id, _find(visit, role_id)))


def add(visit: Visit, key: str, role_id: str) -> Response:
    """POST project/{key}/role/{id}: more actors."""
    project_id, role = _to_change(visit, key, role_id)
    people, groups = _actors(visit, body.read(visit, _SCHEMA))
    role.people.setdefault(project_id, set()).update(people)
    role.groups.setdefault(project_id, set()).update(groups)
    return Response.json(_shape(visit, project_id, role))


def replace(visit: Visit, key: str, role_id: str) -> Response:
    """PUT project/{key}/role/{id}: these actors and no others."""
    project_id, role = _to_change(visit, key, role_id)
    given = body.read(visit, _SCHEMA).get("categorisedActors", {})
    named = {"user": given.get("atlassian-user-role-actor", []),
             "group": given.get("atlassian-group-role-actor", []),
             "groupId": given.get("atlassian-group-role-actor-id", [])}  # fmt: skip
    role.people[project_id], role.groups[project_id] = _actors(visit, named)
    return Response.json(_shape(visit, project_id, role))


def remove(visit: Visit, key: str, role_id: str) -> Response:
    """DELETE project/{key}/role/{id}?user= or ?group= or ?groupId="""
    project_id, role = _to_change(visit, key, role_id)
    given = {name: visit.request.arg(name) for name in ("user", "group", "groupId")}
    people, groups = _actors(visit, {name: value for name, value in given.items() if value})
    role.people.get(project_id, set()).difference_update(people)
    role.groups.get(project_id, set()).difference_update(groups)
    return Response(204)


def _to_change(visit: Visit, key: str, role_id: str) -> tuple[int, Role]:
    project = projects.find(visit, key)
    message = "You must have project administration rights in order to change roles."
    visit.require("ADMINISTER_PROJECTS", message, project.id)
    return project.id, _find(visit, role_id)


def _actors(visit: Visit, given: dict[str, Any]) -> tuple[set[str], set[str]]:
    people: set[str] = set()
    for name in _listed(given.get("user")):
        user = visit.find_user(name)
        if user is None:
            raise Refusal(404, f"The user '{name}' does not exist.")
        people.add(user.account_id)
    groups: set[str] = set()
    for name in (*_listed(given.get("group")), *_listed(given.get("groupId"))):
        found = next((g for g in visit.state.groups.values() if name in (g.name, g.id)), None)
        if found is None:
            raise Refusal(404, f"The group '{name}' does not exist.")
        groups.add(found.id)
    if not people and not groups:
        raise Refusal(400, "No actors were given.")
    return people, groups


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _plain(visit: Visit, role: Role) -> Json:
    home = visit.rest(f"role/{role.id}")
    return {"self": home, "id": role.id, "name": role.name, "description": role.description, "actors": []}


def _shape(visit: Visit, project_id: int, role: Role) -> Json:
    state, actors = visit.state, []
    for number, name in enumerate(sorted(role.people.get(project_id, ())), start=1):
        actors.append(
            {
                "id": number,
                "displayName": state.users[name].name,
                "type": "atlassian-user-role-actor",
                "name": state.users[name].login,
                "actorUser": {"accountId": name}
                if state.site.is_cloud
                else {"name": state.users[name].login},
            }
        )
    for number, group_id in enumerate(sorted(role.groups.get(project_id, ())), start=len(actors) + 1):
        if group_id in state.groups:
            name = state.groups[group_id].name
            known = {"groupId": group_id} if state.site.is_cloud else {}
            group = {"name": name, "displayName": name, **known}
            kind = "atlassian-group-role-actor"
            actors.append(
                {"id": number, "displayName": name, "type": kind, "name": name, "actorGroup": group}
            )
    home = visit.rest(f"project/{project_id}/role/{role.id}")
    return _plain(visit, role) | {"self": home, "actors": actors}


def _find(visit: Visit, role_id: str) -> Role:
    found = visit.state.roles.get(int(role_id)) if role_id.isdigit() else None
    if found is None:
        raise Refusal(404, f"Cannot find any project roles for id '{role_id}'.")
    return found


ROUTES = (
    ("GET", "role", every),
    ("GET", "role/{role_id}", get),
    ("GET", "project/{key}/role", of_project),
    ("GET", "project/{key}/role/{role_id}", in_project),
    ("POST", "project/{key}/role/{role_id}", add),
    ("PUT", "project/{key}/role/{role_id}", replace),
    ("DELETE", "project/{key}/role/{role_id}", remove),
)
