"""Gadgets: which there are, and those on a dashboard."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.dashboards import Gadget
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.views import dashboards

COLORS = ("blue", "red", "yellow", "green", "cyan", "purple", "gray", "white")
_MOST = 20
_JIRA = "rest/gadgets/1.0/g/com.atlassian.jira.gadgets"
_BY_URI = {
    f"{_JIRA}:filter-results-gadget/gadgets/filter-results-gadget.xml": "Filter Results",
    f"{_JIRA}:created-vs-resolved-issues-chart-gadget/gadgets/created-vs-resolved-issues-gadget.xml":
        "Created vs. Resolved Chart",
    f"{_JIRA}:pie-chart-gadget/gadgets/piechart-gadget.xml": "Pie Chart",
    f"{_JIRA}:introduction-gadget/gadgets/introduction-gadget.xml": "Introduction",
    "rest/gadgets/1.0/g/com.atlassian.streams.streams-jira-plugin:activitystream-gadget/gadgets/"
    "activitystream-gadget.xml": "Activity Stream",
}  # fmt: skip
_BY_MODULE = {
    "com.atlassian.jira.gadgets:assigned-to-me-gadget-dashboard-item": "Assigned to Me",
    "com.atlassian.jira.gadgets:two-dimensional-stats-gadget-dashboard-item": "Two Dimensional Filter Statistics",
    "com.pyxis.greenhopper.jira:greenhopper-gadget-sprint-burndown-dashboard-item": "Sprint Burndown Gadget",
    "com.pyxis.greenhopper.jira:greenhopper-gadget-sprint-health-dashboard-item": "Sprint Health Gadget",
}


def available(_visit: Visit) -> Response:
    """GET dashboard/gadgets"""
    by_uri = [{"uri": uri, "title": title} for uri, title in _BY_URI.items()]
    by_module = [{"moduleKey": key, "title": title} for key, title in _BY_MODULE.items()]
    return Response.json({"gadgets": sorted([*by_uri, *by_module], key=lambda entry: entry["title"])})


def every(visit: Visit, number: str) -> Response:
    """GET dashboard/{id}/gadget, by id, module or address."""
    args = visit.request.args
    ids, modules, uris = args("gadgetId"), args("moduleKey"), args("uri")
    found = [
        _shape(gadget)
        for gadget in dashboards.find(visit, number).gadgets
        if not (ids or modules or uris)
        or str(gadget.id) in ids
        or (gadget.module_key or None) in modules
        or (gadget.uri or None) in uris
    ]
    return Response.json({"gadgets": found})


def add(visit: Visit, number: str) -> Response:
    """POST dashboard/{id}/gadget, of a module or an address; below what is in its place."""
    found = dashboards.changeable(visit, number, 404)
    given = body.read(
        visit,
        {"color": str, "ignoreUriAndModuleKeyValidation": bool, "moduleKey": str, "position": dict,
         "title": str, "uri": str},
    )  # fmt: skip
    module, uri = given.get("moduleKey", ""), given.get("uri", "")
    if bool(module) == bool(uri):
        raise Refusal(400, "Exactly one of 'moduleKey' and 'uri' must be provided.")
    title = given.get("title") or _BY_MODULE.get(module) or _BY_URI.get(uri)
    if not title and not given.get("ignoreUriAndModuleKeyValidation"):
        raise Refusal(400, f"The gadget '{module or uri}' does not exist.")
    if len(found.gadgets) >= _MOST:
        raise Refusal(400, f"A dashboard holds no more than {_MOST} gadgets.")
    made = Gadget(visit.state.next_id("gadget"), title or "", module, uri)
    _place(made, given)
    for other in found.gadgets:
        if other.column == made.column and other.row >= made.row:
            other.row += 1
    found.gadgets.append(made)
    return Response.json(_shape(made))


def update(visit: Visit, number: str, gadget_id: str) -> Response:
    """PUT dashboard/{id}/gadget/{id}: its title, colour, place."""
    gadget = _find(visit, number, gadget_id)
    _place(gadget, body.read(visit, {"color": str, "position": dict, "title": str}))
    return Response(204)


def delete(visit: Visit, number: str, gadget_id: str) -> Response:
    """DELETE dashboard/{id}/gadget/{id}"""
    gadget = _find(visit, number, gadget_id)
    dashboards.find(visit, number).gadgets.remove(gadget)
    return Response(204)


def on_dashboard(visit: Visit, number: str, gadget_id: str) -> Gadget:
    """A gadget of a dashboard the login sees, or the 404."""
    for gadget in dashboards.find(visit, number).gadgets:
        if str(gadget.id) == gadget_id:
            return gadget
    raise Refusal(404, f"The dashboard item with id '{gadget_id}' does not exist.")


def _find(visit: Visit, number: str, gadget_id: str) -> Gadget:
    dashboards.changeable(visit, number, 404)
    return on_dashboard(visit, number, gadget_id)


def _place(gadget: Gadget, given: dict[str, Any]) -> None:
    color, position = given.get("color", gadget.color), given.get("position", {})
    row, column = position.get("row", gadget.row), position.get("column", gadget.column)
    if color not in COLORS:
        raise Refusal(400, f"The color '{color}' is not supported.")
    if not (isinstance(row, int) and isinstance(column, int) and row >= 0 and column in range(3)):
        raise Refusal(400, "The position is not valid.")
    gadget.color, gadget.row, gadget.column = color, row, column
    gadget.title = given.get("title", gadget.title)


def _shape(gadget: Gadget) -> Json:
    known = {"moduleKey": gadget.module_key} if gadget.module_key else {"uri": gadget.uri}
    place = {"row": gadget.row, "column": gadget.column}
    return {"id": gadget.id, **known, "color": gadget.color, "position": place, "title": gadget.title}


ROUTES = (
    ("GET", "dashboard/gadgets", available),
    ("GET", "dashboard/{number}/gadget", every),
    ("POST", "dashboard/{number}/gadget", add),
    ("PUT", "dashboard/{number}/gadget/{gadget_id}", update),
    ("DELETE", "dashboard/{number}/gadget/{gadget_id}", delete),
)
