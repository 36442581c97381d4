"""Share permissions of filters and dashboards as clients write and read them."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.jira.sharing import Share
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit


def read(visit: Visit, given: Iterable[object]) -> list[Share]:
    """Share permissions as clients write them, checked, each with an id of its own."""
    return [_one(visit, entry) for entry in given]


def _one(visit: Visit, entry: object) -> Share:
    if not isinstance(entry, dict):
        raise Refusal(400, fields={"sharePermissions": "The share permission is not valid."})
    kind, share = entry.get("type"), {"id": visit.state.next_id("share")}
    match kind:
        case "global":
            return share | {"type": "global"}
        case "authenticated" | "loggedin":
            return share | {"type": "loggedin"}
        case "project" | "projectRole":
            named = entry.get("project") or {}
            project = projects.find(visit, str(named.get("id") or named.get("key") or ""))
            role = _role(visit, (entry.get("role") or {}).get("id"))
            return share | {"type": "project", "project": project.id, "role": role}
        case "group":
            wanted = entry.get("group") or {}
            names = {wanted.get("groupId"), wanted.get("name")} - {None}
            found = next((g for g in visit.state.groups.values() if names & {g.id, g.name}), None)
            if found is None:
                raise Refusal(400, fields={"sharePermissions": "The group does not exist."})
            return share | {"type": "group", "group": found.id}
        case "user" if visit.state.site.is_cloud:
            user = visit.find_user((entry.get("user") or {}).get("accountId", ""))
            if user is None:
                raise Refusal(400, fields={"sharePermissions": "The user does not exist."})
            return share | {"type": "user", "user": user.account_id}
    raise Refusal(400, fields={"sharePermissions": f"The share type '{kind}' is not valid."})


def _role(visit: Visit, number: object) -> int | None:
    if number is None:
        return None
    if not str(number).isdigit() or int(str(number)) not in visit.state.roles:
        raise Refusal(400, fields={"sharePermissions": "The project role does not exist."})
    return int(str(number))


def shown(visit: Visit, shares: Iterable[Share]) -> list[Json]:
    """Share permissions as answers show them."""
    return [_shape(visit, share) for share in shares]


def _shape(visit: Visit, share: Share) -> Json:
    state = visit.state
    shape: Json = {"id": share["id"], "type": share["type"]}
    if share.get("project") in state.projects:
        shape["project"] = shapes.project(visit, state.projects[share["project"]])
    if share.get("role") in state.roles:
        role = state.roles[share["role"]]
        shape["role"] = {"self": visit.rest(f"role/{role.id}"), "name": role.name, "id": role.id}
    if share.get("group") in state.groups:
        shape["group"] = shapes.group(visit, state.groups[share["group"]])
    if share.get("user") in state.users:
        shape["user"] = shapes.brief_person(visit, share["user"])
    return shape
