"""Priorities and resolutions: read, searched, made, changed, deleted; and which one new issues get."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira import verbs
from sandbox.jira.entities import Priority, Resolution
from sandbox.jira.wire.administration.vocabulary import find, new_name
from sandbox.jira.wire.http import body, paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.service import tasks

_PRIORITY: body.Schema = {
    "name": str, "description": str, "statusColor": str, "iconUrl": str, "avatarId": int,
}  # fmt: skip
_ADMINS = "Only Jira administrators can change priorities and resolutions."


def priorities(visit: Visit) -> Response:
    """GET priority"""
    return Response.json([_shape(visit, entry) for entry in visit.state.priorities.values()])


def priority_get(visit: Visit, number: str) -> Response:
    """GET priority/{id}"""
    return Response.json(_shape(visit, find(visit, "priority", visit.state.priorities, number)))


def priority_search(visit: Visit) -> Response:
    """GET priority/search"""
    ids, text = visit.request.args("id"), visit.request.arg("priorityName").lower()
    found = [
        _shape(visit, entry) | {"isDefault": entry.id == visit.state.default_priority}
        for entry in visit.state.priorities.values()
        if (not ids or str(entry.id) in ids)
        and text in entry.name.lower()
        and (visit.request.arg("onlyDefault") != "true" or entry.id == visit.state.default_priority)
    ]
    return paging.page(visit, found, "priority/search")


def priority_create(visit: Visit) -> Response:
    """POST priority: 201 with its id."""
    visit.require("ADMINISTER", _ADMINS)
    given = body.read(visit, _PRIORITY)
    name = new_name(given, visit.state.priorities)
    if not given.get("statusColor"):
        raise Refusal(400, fields={"statusColor": "A status color is required."})
    number = visit.state.fresh_id("priority", visit.state.priorities)
    visit.state.add_vocabulary([Priority(number, name, given.get("description", ""), given["statusColor"])])
    return Response.json({"id": str(number)}, 201)


def priority_update(visit: Visit, number: str) -> Response:
    """PUT priority/{id}"""
    visit.require("ADMINISTER", _ADMINS)
    found, given = find(visit, "priority", visit.state.priorities, number), body.read(visit, _PRIORITY)
    if given.get("name", found.name) != found.name:
        found.name = new_name(given, visit.state.priorities)
    found.description = given.get("description", found.description)
    found.color = given.get("statusColor", found.color)
    return Response(204)


def priority_delete(visit: Visit, number: str) -> Response:
    """DELETE priority/{id}: its issues get the default one; a redirect to the task that did it."""
    visit.require("ADMINISTER", _ADMINS)
    found = find(visit, "priority", visit.state.priorities, number)
    instead = visit.request.arg("replaceWith") or visit.state.default_priority
    if str(instead) == number:
        raise Refusal(400, "The default priority cannot be deleted.")
    target = str(find(visit, "priority", visit.state.priorities, str(instead)).id) if instead else None
    held = [issue for issue in visit.state.issues.values() if issue.priority_id == found.id]
    for issue in held:
        verbs.set_field(visit.state, issue, "priority", target, by=visit.user.account_id, at=visit.now)
    del visit.state.priorities[found.id]
    return tasks.done(visit, [issue.id for issue in held])


def priority_default(visit: Visit) -> Response:
    """PUT priority/default; null for none."""
    visit.require("ADMINISTER", _ADMINS)
    number = _default(visit)
    if number is not None:
        find(visit, "priority", visit.state.priorities, number)
    visit.state.default_priority = int(number) if number else None
    return Response(204)


def resolution_get(visit: Visit, number: str) -> Response:
    """GET resolution/{id}"""
    found = find(visit, "resolution", visit.state.resolutions, number)
    return Response.json(shapes.resolution(visit, found))


def resolution_search(visit: Visit) -> Response:
    """GET resolution/search (resolution/page in Data Center)"""
    ids, default = visit.request.args("id"), visit.state.default_resolution
    text = visit.request.arg("query").lower()
    found = [
        shapes.resolution(visit, entry) | {"isDefault": entry.id == default}
        for entry in visit.state.resolutions.values()
        if (not ids or str(entry.id) in ids)
        and text in entry.name.lower()
        and (visit.request.arg("onlyDefault") != "true" or entry.id == default)
    ]
    return paging.page(visit, found, "resolution/search")


def resolution_create(visit: Visit) -> Response:
    """POST resolution: 201 with its id."""
    visit.require("ADMINISTER", _ADMINS)
    given = body.read(visit, {"name": str, "description": str})
    name = new_name(given, visit.state.resolutions)
    number = visit.state.fresh_id("resolution", visit.state.resolutions)
    visit.state.add_vocabulary([Resolution(number, name, given.get("description", ""))])
    return Response.json({"id": str(number)}, 201)


def resolution_update(visit: Visit, number: str) -> Response:
    """PUT resolution/{id}"""
    visit.require("ADMINISTER", _ADMINS)
    found = find(visit, "resolution", visit.state.resolutions, number)
    given = body.read(visit, {"name": str, "description": str})
    if given.get("name") != found.name:
        found.name = new_name(given, visit.state.resolutions)
    found.description = given.get("description", found.description)
    return Response(204)


def resolution_delete(visit: Visit, number: str) -> Response:
    """DELETE resolution/{id}?replaceWith=: a redirect to the task that did it."""
    visit.require("ADMINISTER", _ADMINS)
    found = find(visit, "resolution", visit.state.resolutions, number)
    instead = visit.request.arg("replaceWith")
    if not instead or instead == number:
        raise Refusal(400, "The resolution that replaces it must be given.")
    target = find(visit, "resolution", visit.state.resolutions, instead)
    held = [issue for issue in visit.state.issues.values() if issue.resolution_id == found.id]
    for issue in held:
        issue.resolution_id = target.id
    del visit.state.resolutions[found.id]
    return tasks.done(visit, [issue.id for issue in held])


def resolution_default(visit: Visit) -> Response:
    """PUT resolution/default; null for none."""
    visit.require("ADMINISTER", _ADMINS)
    number = _default(visit)
    if number is not None:
        find(visit, "resolution", visit.state.resolutions, number)
    visit.state.default_resolution = int(number) if number else None
    return Response(204)


def _shape(visit: Visit, entry: Priority) -> Json:
    """A priority with more than issues show of it."""
    return shapes.priority(visit, entry) | {"statusColor": entry.color, "description": entry.description}


def _default(visit: Visit) -> str | None:
    given: Any = body.read_raw(visit)
    if not isinstance(given, dict) or "id" not in given:
        raise Refusal(400, "The id of the default must be given.")
    return None if given["id"] is None else str(given["id"])


ROUTES = (
    ("GET", "priority", priorities),
    ("GET", "priority/{number}", priority_get),
    ("GET", "priority/search", priority_search),
    ("POST", "priority", priority_create),
    ("PUT", "priority/default", priority_default),
    ("PUT", "priority/{number}", priority_update),
    ("DELETE", "priority/{number}", priority_delete),
    ("GET", "resolution/{number}", resolution_get),
    ("GET", "resolution/search", resolution_search),
    ("GET", "resolution/page", resolution_search),
    ("POST", "resolution", resolution_create),
    ("PUT", "resolution/default", resolution_default),
    ("PUT", "resolution/{number}", resolution_update),
    ("DELETE", "resolution/{number}", resolution_delete),
)
