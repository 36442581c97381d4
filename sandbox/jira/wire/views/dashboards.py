"""Dashboards: listed, searched, made, copied, changed and deleted."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from sandbox.http import Response
from sandbox.jira.dashboards import Dashboard
from sandbox.jira.sharing import sees
from sandbox.jira.wire.http import body, paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.views import sharing

_PAGE = 20
_SCHEMA: body.Schema = {
    "name": str, "description": str, "sharePermissions": list, "editPermissions": list,
}  # fmt: skip


def every(visit: Visit) -> Response:
    """GET dashboard: those the login sees; filter=favourite or my."""
    wanted, me = visit.request.arg("filter"), visit.user.account_id
    if wanted not in ("", "favourite", "my"):
        raise Refusal(400, "The parameter 'filter' must be either 'favourite' or 'my'.")
    found = [
        _shape(visit, entry)
        for entry in _visible(visit)
        if wanted == "" or (entry.owner == me if wanted == "my" else me in entry.favourite_of)
    ]
    start, count = visit.number("startAt", 0), visit.number("maxResults", _PAGE, most=1000)
    page: Json = {"startAt": start, "maxResults": count, "total": len(found)}
    home = visit.rest("dashboard?maxResults={}&startAt={}")
    if start:
        page["prev"] = home.format(count, max(start - count, 0))
    if start + count < len(found):
        page["next"] = home.format(count, start + count)
    return Response.json({**page, "dashboards": found[start : start + count]})


def search(visit: Visit) -> Response:
    """GET dashboard/search, by name, owner and group or project they are shared with."""
    name, order = visit.request.arg("dashboardName").lower(), visit.request.arg("orderBy") or "name"
    owner = visit.request.arg("accountId")
    found = [d for d in _visible(visit) if name in d.name.lower() and owner in ("", d.owner)]
    if order.lstrip("+-") not in ("name", "id", "description", "owner", "favorite_count", "is_favorite"):
        raise Refusal(400, f"The orderBy value '{order}' is not supported.")
    by_id = order.endswith("id")
    found.sort(key=lambda d: (d.id if by_id else 0, d.name.lower()), reverse=order.startswith("-"))
    return paging.page(visit, [_shape(visit, entry) for entry in found], "dashboard/search", most=100)


def get(visit: Visit, number: str) -> Response:
    """GET dashboard/{id}"""
    return Response.json(_shape(visit, find(visit, number)))


def create(visit: Visit) -> Response:
    """POST dashboard"""
    return Response.json(_shape(visit, _made(visit, body.read(visit, _SCHEMA))))


def copy(visit: Visit, number: str) -> Response:
    """POST dashboard/{id}/copy: with its gadgets, under a name of its own."""
    original = find(visit, number)
    made = _made(visit, body.read(visit, _SCHEMA))
    for gadget in original.gadgets:
        copied = deepcopy(gadget)
        copied.id = visit.state.next_id("gadget")
        made.gadgets.append(copied)
    return Response.json(_shape(visit, made))


def update(visit: Visit, number: str) -> Response:
    """PUT dashboard/{id}, by its owner, an editor or an administrator."""
    found = changeable(visit, number)
    _change(visit, found, body.read(visit, _SCHEMA))
    return Response.json(_shape(visit, found))


def delete(visit: Visit, number: str) -> Response:
    """DELETE dashboard/{id}; the site's own stays."""
    found = changeable(visit, number)
    del visit.state.dashboards[found.id]
    return Response(204)


def refresh(visit: Visit, number: str) -> Response:
    """PUT how often a dashboard refreshes itself, in milliseconds, or null for never."""
    found, given = changeable(visit, number), body.read_raw(visit)
    value = given.get("automaticRefreshMs") if isinstance(given, dict) else False
    if value is not None and (not isinstance(value, int) or value <= 0):
        raise Refusal(400, "The refresh interval is not valid.")
    found.refresh_ms = value
    return Response(204)


def find(visit: Visit, number: str) -> Dashboard:
    """A dashboard the login sees, or the 404."""
    found = visit.state.dashboards.get(int(number)) if number.isdigit() else None
    if found is None or found not in _visible(visit):
        raise Refusal(404, f"The dashboard with id '{number}' does not exist.")
    return found


def changeable(visit: Visit, number: str, refused: int = 400) -> Dashboard:
    """A dashboard the login may change; who may not is refused with the status of the operation."""
    found = find(visit, number)
    if found.owner is None or not _writes(visit, found):
        raise Refusal(refused, "You do not have permission to change this dashboard.")
    return found


def _made(visit: Visit, given: dict[str, Any]) -> Dashboard:
    if not visit.user.account_id:
        raise Refusal(401, "Client must be authenticated to access this resource.")
    number = visit.state.fresh_id("dashboard", visit.state.dashboards)
    made = Dashboard(number, "", visit.user.account_id)
    _change(visit, made, given)
    visit.state.dashboards[number] = made
    return made


def _change(visit: Visit, found: Dashboard, given: dict[str, Any]) -> None:
    name = given.get("name", found.name)
    if not name.strip():
        raise Refusal(400, fields={"name": "You must specify a name for this dashboard."})
    others = (d for d in visit.state.dashboards.values() if d.owner == found.owner and d is not found)
    if any(other.name == name for other in others):
        raise Refusal(400, fields={"name": "A dashboard with this name already exists."})
    if "sharePermissions" in given:
        found.shares = sharing.read(visit, given["sharePermissions"])
    if "editPermissions" in given:
        found.editors = sharing.read(visit, given["editPermissions"])
    found.name, found.description = name, given.get("description", found.description)


def _visible(visit: Visit) -> list[Dashboard]:
    user = visit.user
    return [
        entry
        for entry in visit.state.dashboards.values()
        if sees(visit.state, user, entry.owner, [*entry.shares, *entry.editors])
    ]


def _writes(visit: Visit, entry: Dashboard) -> bool:
    user = visit.user
    return sees(visit.state, user, entry.owner, entry.editors)


def _shape(visit: Visit, entry: Dashboard) -> Json:
    shape: Json = {
        "id": str(entry.id),
        "name": entry.name,
        "self": visit.rest(f"dashboard/{entry.id}"),
        "view": visit.link(f"/secure/Dashboard.jspa?selectPageId={entry.id}"),
    }
    if not visit.state.site.is_cloud:
        return shape
    shape |= {
        "description": entry.description,
        "isFavourite": visit.user.account_id in entry.favourite_of,
        "popularity": len(entry.favourite_of),
        "sharePermissions": sharing.shown(visit, entry.shares),
        "editPermissions": sharing.shown(visit, entry.editors),
        "isWritable": entry.owner is not None and _writes(visit, entry),
        "systemDashboard": entry.owner is None,
    }
    return shape | ({"owner": shapes.brief_person(visit, entry.owner)} if entry.owner else {})


ROUTES = (
    ("GET", "dashboard", every),
    ("POST", "dashboard", create),
    ("GET", "dashboard/search", search),
    ("GET", "dashboard/{number}", get),
    ("PUT", "dashboard/{number}", update),
    ("DELETE", "dashboard/{number}", delete),
    ("POST", "dashboard/{number}/copy", copy),
)
INTERNAL_ROUTES = (
    ("PUT", "rest/internal/{version:2|3|latest}/dashboards/{number}/automatic-refresh-ms", refresh),
)
