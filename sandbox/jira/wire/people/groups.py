"""Groups and their members."""

from __future__ import annotations

import re

from sandbox.http import Response
from sandbox.jira.settings import Group
from sandbox.jira.wire.http import body, paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.people import users
from sandbox.jira.wire.service import audit

_PAGE = 50
_RANGE = re.compile(r"\busers(?:\[(\d+):(\d+)\])?")


def get(visit: Visit) -> Response:
    """GET group, with its members where expand=users, or those of expand=users[first:last]."""
    group = _find(visit)
    people = _members(visit, group)
    wanted = _RANGE.search(visit.request.arg("expand"))
    first, last = (int(wanted[1]), int(wanted[2])) if wanted and wanted[1] else (0, _PAGE - 1)
    shown = people[first : min(last + 1, first + _PAGE)] if wanted else []
    end = first + len(shown) - 1 if shown else 0
    page: Json = {
        "size": len(people),
        "items": shown,
        "max-results": _PAGE,
        "start-index": first,
        "end-index": end,
    }
    return Response.json({**shapes.group(visit, group), "users": page, "expand": "users"})


def create(visit: Visit) -> Response:
    """POST group"""
    _admins_only(visit)
    name = body.read(visit, {"name": str}).get("name", "").strip()
    if not name:
        raise Refusal(400, "A group name must be specified.")
    if any(group.name == name for group in visit.state.groups.values()):
        raise Refusal(400, f"A group with the name '{name}' already exists.")
    group = Group(f"group-{visit.state.next_id('group')}", name)
    visit.state.groups[group.id] = group
    audit.note(visit, "group management", "Group created", name, "GROUP", group.id)
    return Response.json({**shapes.group(visit, group), "users": {"size": 0, "items": []}}, 201)


def delete(visit: Visit) -> Response:
    """DELETE group"""
    _admins_only(visit)
    group = _find(visit)
    del visit.state.groups[group.id]
    audit.note(visit, "group management", "Group deleted", group.name, "GROUP", group.id)
    return Response(200)


def members(visit: Visit) -> Response:
    """GET group/member"""
    return paging.page(visit, _members(visit, _find(visit)), "group/member")


def add(visit: Visit) -> Response:
    """POST group/user"""
    _admins_only(visit)
    group = _find(visit)
    given = body.read(visit, {"accountId": str, "name": str})
    user = visit.find_user(given.get("accountId") or given.get("name") or "")
    if user is None:
        raise Refusal(404, "The user does not exist.")
    if user.account_id in group.members:
        raise Refusal(400, f"Cannot add user '{user.account_id}', user is already a member of '{group.name}'")
    group.members.add(user.account_id)
    audit.note(visit, "group management", "User added to group", group.name, "GROUP", group.id)
    return Response.json(shapes.group(visit, group), 201)


def remove(visit: Visit) -> Response:
    """DELETE group/user"""
    _admins_only(visit)
    group = _find(visit)
    user = visit.find_user(users.identifier(visit))
    if user is None or user.account_id not in group.members:
        raise Refusal(404, "The user is not a member of the group.")
    group.members.discard(user.account_id)
    audit.note(visit, "group management", "User removed from group", group.name, "GROUP", group.id)
    return Response(200)


def picker(visit: Visit) -> Response:
    """GET groups/picker: those whose name has the query in it."""
    return Response.json(picked(visit, visit.number("maxResults", 20, most=1000)))


def picked(visit: Visit, most: int) -> Json:
    """The first groups whose name has the query in it."""
    query, left_out = visit.request.arg("query").lower(), visit.request.args("exclude")
    found = [
        {"name": group.name, "html": group.name, "labels": [], "groupId": group.id}
        for group in visit.state.groups.values()
        if query in group.name.lower() and group.name not in left_out
    ]
    header = f"Showing {min(most, len(found))} of {len(found)} matching groups"
    return {"header": header, "total": len(found), "groups": found[:most]}


def bulk(visit: Visit) -> Response:
    """GET group/bulk"""
    names, ids = visit.request.args("groupName"), visit.request.args("groupId")
    found = [
        {"name": group.name, "groupId": group.id}
        for group in visit.state.groups.values()
        if (not names and not ids) or group.name in names or group.id in ids
    ]
    return paging.page(visit, found, "group/bulk")


def of_user(visit: Visit) -> Response:
    """GET user/groups"""
    user = visit.find_user(users.identifier(visit))
    if user is None:
        raise Refusal(404, "The user does not exist.")
    held = (group for group in visit.state.groups.values() if user.account_id in group.members)
    return Response.json([shapes.group(visit, group) for group in held])


def _admins_only(visit: Visit) -> None:
    visit.require("ADMINISTER", "You are not authorized to manage groups.")


def _members(visit: Visit, group: Group) -> list[Json]:
    people = visit.state.users
    return [shapes.user(visit, people[name]) for name in sorted(group.members) if name in people]


def _find(visit: Visit) -> Group:
    name, number = (
        visit.request.arg("groupname") or visit.request.arg("groupName"),
        visit.request.arg("groupId"),
    )
    for group in visit.state.groups.values():
        if group.id == number or (name and group.name == name):
            return group
    raise Refusal(404, f"The group named '{name or number}' does not exist.")


ROUTES = (
    ("GET", "group", get),
    ("POST", "group", create),
    ("DELETE", "group", delete),
    ("GET", "group/member", members),
    ("GET", "group/bulk", bulk),
    ("POST", "group/user", add),
    ("DELETE", "group/user", remove),
    ("GET", "groups/picker", picker),
    ("GET", "user/groups", of_user),
)
