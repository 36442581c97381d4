"""Categories of projects."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.settings import Category
from sandbox.jira.wire.http import body, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit


def every(visit: Visit) -> Response:
    """GET projectCategory"""
    return Response.json([shapes.project_category(visit, c) for c in visit.state.categories.values()])


def get(visit: Visit, number: str) -> Response:
    """GET projectCategory/{id}"""
    return Response.json(shapes.project_category(visit, _find(visit, number)))


def create(visit: Visit) -> Response:
    """POST projectCategory"""
    _admins_only(visit)
    given = _given(visit, None)
    made = Category(
        visit.state.fresh_id("category", visit.state.categories), given["name"], given.get("description", "")
    )
    visit.state.categories[made.id] = made
    return Response.json(shapes.project_category(visit, made), 201)


def update(visit: Visit, number: str) -> Response:
    """PUT projectCategory/{id}"""
    _admins_only(visit)
    found = _find(visit, number)
    given = _given(visit, found)
    found.name, found.description = given["name"], given.get("description", found.description)
    return Response.json(shapes.project_category(visit, found))


def delete(visit: Visit, number: str) -> Response:
    """DELETE projectCategory/{id}"""
    _admins_only(visit)
    found = _find(visit, number)
    del visit.state.categories[found.id]
    return Response(204)


def _admins_only(visit: Visit) -> None:
    visit.require("ADMINISTER", "You must have global administrator rights to manage categories.")


def _given(visit: Visit, present: Category | None) -> dict[str, Any]:
    given = body.read(visit, {"name": str, "description": str, "id": str, "self": str})
    name = given.setdefault("name", present.name if present else "")
    if not name:
        raise Refusal(400, fields={"name": "The project category name is required."})
    others = (entry for entry in visit.state.categories.values() if entry is not present)
    if any(other.name == name for other in others):
        raise Refusal(409, f"The project category '{name}' already exists.")
    return given


def _find(visit: Visit, number: str) -> Category:
    found = visit.state.categories.get(int(number)) if number.isdigit() else None
    if found is None:
        raise Refusal(404, f"The project category with id '{number}' was not found.")
    return found


ROUTES = (
    ("GET", "projectCategory", every),
    ("POST", "projectCategory", create),
    ("GET", "projectCategory/{number}", get),
    ("PUT", "projectCategory/{number}", update),
    ("DELETE", "projectCategory/{number}", delete),
)
