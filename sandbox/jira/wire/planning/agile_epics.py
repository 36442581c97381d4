"""Epics of company-managed projects: changed, filled and emptied."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira import verbs
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.planning import agile
from sandbox.jira.wire.ticket import ranks

_COLORS = tuple(f"color_{number}" for number in range(1, 15))


def update(visit: Visit, key: str) -> Response:
    """POST epic/{key}: name, summary, color and done."""
    epic = agile.find_epic(visit, key)
    given = body.read(visit, {"name": str, "summary": str, "color": dict, "done": bool})
    color = given.get("color", {}).get("key", _COLORS[0])
    if color not in _COLORS:
        raise Refusal(400, fields={"color": f"The color '{color}' does not exist."})
    by, at, name = visit.user.account_id, visit.now, visit.state.field_of("epic_name")
    with visit.state.one_entry():
        if "summary" in given:
            verbs.set_field(visit.state, epic, "summary", given["summary"], by=by, at=at)
        if "name" in given and name:
            verbs.set_field(visit.state, epic, name.id, given["name"], by=by, at=at)
    if "color" in given:
        visit.state.epic_colors[epic.id] = color
    if "done" in given:
        visit.state.epic_done[epic.id] = given["done"]
    return Response.json(agile.epic_shape(visit, epic))


def move_in(visit: Visit, key: str) -> Response:
    """POST epic/{key}/issue: at most 50 issues."""
    epic = agile.find_epic(visit, key)
    issues = ranks.issues(visit, body.read(visit, {"issues": list}, lists={"issues": str}))
    for issue in issues:
        if visit.state.types[issue.type_id].level != 0:
            raise Refusal(
                400, f"Issue '{issue.key}' is an epic or a sub-task and cannot be added to an epic."
            )
    for issue in issues:
        verbs.set_parent(visit.state, issue, epic.id, by=visit.user.account_id, at=visit.now)
    return Response(204)


def move_out(visit: Visit) -> Response:
    """POST epic/none/issue: these issues have no epic any more."""
    for issue in ranks.issues(visit, body.read(visit, {"issues": list}, lists={"issues": str})):
        if visit.state.types[issue.type_id].level == 0:
            verbs.set_parent(visit.state, issue, None, by=visit.user.account_id, at=visit.now)
    return Response(204)


ROUTES = (
    ("POST", "epic/{key}", update),
    ("POST", "epic/{key}/issue", move_in),
    ("POST", "epic/none/issue", move_out),
)
