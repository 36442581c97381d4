"""Project roles of the site and who plays them in each project."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.http import Response
from sandbox.jira.entities import User
from sandbox.jira.settings import Role
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_SCHEMA: body.Schema = {
    "user": (list, str), "group": (list, str), "groupId": (list, str), "categorisedActors": dict, "id": int,
}  # fmt: skip


def every(visit: Visit) -> Response:
    """GET role"""
    return Response.json([plain(visit, role) for role in visit.state.roles.values()])


def get(visit: Visit, role_id: str) -> Response:
    """GET role/{id}"""
    return Response.json(plain(visit, find(visit, role_id)))


def of_project(visit: Visit, key: str) -> Response:
    """GET project/{key}/role: address by name."""
    project = projects.find(visit, key)
    home = visit.rest(f"project/{project.id}/role")
    return Response.json({role.name: f"{home}/{role.id}" for role in visit.state.roles.values()})


def in_project(visit: Visit, key: str, role_id: str) -> Response:
    """GET project/{key}/role/{id}"""
    return Response.json(_shape(visit, projects.find(visit, key).id, find(visit, role_id)))


def add(visit: Visit, key: str, role_id: str) -> Response:
    """POST project/{key}/role/{id}: more actors."""
    project_id, role = _to_change(visit, key, role_id)
    people, groups = actors(visit, body.read(visit, _SCHEMA))
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
    role.people[project_id], role.groups[project_id] = actors(visit, named)
    return Response.json(_shape(visit, project_id, role))


def remove(visit: Visit, key: str, role_id: str) -> Response:
    """DELETE project/{key}/role/{id}?user= or ?group= or ?groupId=; nobody there is no error."""
    project_id, role = _to_change(visit, key, role_id)
    given = {name: visit.request.arg(name) for name in ("user", "group", "groupId")}
    if not any(given.values()):
        raise Refusal(400, "No actors were given.")
    gone = set(given.values())
    role.people[project_id] = {
        name for name in role.people.get(project_id, ()) if not gone & _names(visit, name)
    }
    held = visit.state.groups
    role.groups[project_id] = {
        name for name in role.groups.get(project_id, ()) if not gone & {name, held[name].name}
    }
    return Response(204)


def _names(visit: Visit, account_id: str) -> set[str]:
    return {account_id} if visit.state.site.is_cloud else {account_id, visit.state.users[account_id].login}


def _to_change(visit: Visit, key: str, role_id: str) -> tuple[int, Role]:
    project = projects.find(visit, key)
    message = "You must have project administration rights in order to change roles."
    visit.require("ADMINISTER_PROJECTS", message, project.id)
    return project.id, find(visit, role_id)


def actors(visit: Visit, given: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The account ids and group ids that a request names; at least one, and each of somebody there."""
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


def plain(visit: Visit, role: Role) -> Json:
    """A role of the site, without who plays it."""
    home = visit.rest(f"role/{role.id}")
    return {"self": home, "id": role.id, "name": role.name, "description": role.description, "actors": []}


def _shape(visit: Visit, project_id: int, role: Role) -> Json:
    home = visit.rest(f"project/{project_id}/role/{role.id}")
    people, groups = role.people.get(project_id, set()), role.groups.get(project_id, set())
    return plain(visit, role) | {"self": home, "actors": actor_shapes(visit, people, groups)}


def actor_shapes(visit: Visit, people: Iterable[str], groups: Iterable[str]) -> list[Json]:
    """Who plays a role: people first, each group as one."""
    state, cloud = visit.state, visit.state.site.is_cloud
    shown: list[Json] = []
    for account_id in sorted(people):
        who = state.users[account_id]
        named = {"accountId": account_id} if cloud else {"name": who.login}
        shown.append(_actor("user", who.name, who.login, len(shown) + 1) | {"actorUser": named})
    for group_id in sorted(groups):
        if group_id in state.groups:
            name = state.groups[group_id].name
            known = {"groupId": group_id} if cloud else {}
            group = {"name": name, "displayName": name, **known}
            shown.append(_actor("group", name, name, len(shown) + 1) | {"actorGroup": group})
    return shown


def _actor(kind: str, shown: str, name: str, number: int) -> Json:
    return {"id": number, "displayName": shown, "type": f"atlassian-{kind}-role-actor", "name": name}


def plays(visit: Visit, who: User, role: Role, project_id: int) -> bool:
    """Whether somebody plays a role in a project, in person or by a group."""
    groups = (visit.state.groups.get(name) for name in role.groups.get(project_id, ()))
    named = who.account_id in role.people.get(project_id, ())
    return named or any(group is not None and who.account_id in group.members for group in groups)


def find(visit: Visit, role_id: str) -> Role:
    """A role by id, or the 404."""
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
