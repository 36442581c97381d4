"""Saved filters: owned, shared, marked as favourites."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sandbox.http import Response
from sandbox.jira.jql import JqlError, check
from sandbox.jira.settings import Filter
from sandbox.jira.sharing import reached, sees
from sandbox.jira.wire.http import body, paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.views import sharing

_SCHEMA: body.Schema = {
    "name": str, "jql": str, "description": str, "favourite": bool, "sharePermissions": list,
    "editPermissions": list, "id": str, "self": str, "owner": dict,
}  # fmt: skip


_EXPANDS = ("description", "favourite", "favouritedCount", "jql", "owner", "searchUrl", "sharePermissions",
            "editPermissions", "isWritable", "subscriptions", "viewUrl")  # fmt: skip


def create(visit: Visit) -> Response:
    """POST filter"""
    given = _given(visit, None)
    number = visit.state.fresh_id("filter", visit.state.filters)
    made = Filter(number, given["name"], given.get("jql", ""), visit.user.account_id)
    if visit.user.share_scope != "PRIVATE":
        made.shares = sharing.read(visit, [{"type": visit.user.share_scope.lower()}])
    _change(visit, made, given)
    visit.state.filters[number] = made
    return Response.json(_shape(visit, made))


def update(visit: Visit, filter_id: str) -> Response:
    """PUT filter/{id}, by its owner or an administrator."""
    found = changeable(visit, filter_id)
    _change(visit, found, _given(visit, found))
    return Response.json(_shape(visit, found))


def get(visit: Visit, filter_id: str) -> Response:
    """GET filter/{id}"""
    return Response.json(_shape(visit, find(visit, filter_id)))


def delete(visit: Visit, filter_id: str) -> Response:
    """DELETE filter/{id}"""
    del visit.state.filters[changeable(visit, filter_id).id]
    return Response(204)


def mine(visit: Visit) -> Response:
    """GET filter/my"""
    own = (f for f in visit.state.filters.values() if f.owner == visit.user.account_id)
    return Response.json([_shape(visit, found) for found in own])


def favourites(visit: Visit) -> Response:
    """GET filter/favourite"""
    marked = (f for f in _visible(visit) if visit.user.account_id in f.favourite_of)
    return Response.json([_shape(visit, found) for found in marked])


def search(visit: Visit) -> Response:
    """GET filter/search, by name, owner and id."""
    name, owner = visit.request.arg("filterName").lower(), visit.request.arg("accountId")
    ids = visit.request.args("id")
    wanted = {"self", "id", "name", *visit.names("expand")}
    found = [
        {name: value for name, value in _listed(visit, entry).items() if name in wanted}
        | {"expand": ",".join(_EXPANDS)}
        for entry in sorted(_visible(visit), key=lambda entry: entry.name.lower())
        if name in entry.name.lower()
        and (not owner or entry.owner == owner)
        and (not ids or str(entry.id) in ids)
    ]
    return paging.page(visit, found, "filter/search", most=100)


def _listed(visit: Visit, entry: Filter) -> Json:
    writable = entry.owner == visit.user.account_id or reached(visit.state, visit.user, entry.editors)
    return _shape(visit, entry) | {"subscriptions": [], "isWritable": writable}


def mark(visit: Visit, filter_id: str) -> Response:
    """PUT filter/{id}/favourite"""
    found = find(visit, filter_id)
    found.favourite_of.add(visit.user.account_id)
    return Response.json(_shape(visit, found))


def unmark(visit: Visit, filter_id: str) -> Response:
    """DELETE filter/{id}/favourite"""
    found = find(visit, filter_id)
    found.favourite_of.discard(visit.user.account_id)
    return Response.json(_shape(visit, found))


def give_away(visit: Visit, filter_id: str) -> Response:
    """PUT filter/{id}/owner"""
    found = changeable(visit, filter_id)
    new = visit.find_user(body.read(visit, {"accountId": str}).get("accountId", ""))
    if new is None:
        raise Refusal(400, "The new owner does not exist.")
    found.owner = new.account_id
    return Response(204)


def _given(visit: Visit, present: Filter | None) -> dict[str, Any]:
    given = body.read(visit, _SCHEMA)
    name = given.get("name", present.name if present else "")
    if not name.strip():
        raise Refusal(400, fields={"name": "The filter name must be specified."})
    mine = (f for f in visit.state.filters.values() if f.owner == visit.user.account_id and f is not present)
    if any(other.name == name for other in mine):
        raise Refusal(400, fields={"filterName": "Filter with same name already exists."})
    if "jql" in given:
        try:
            check(given["jql"], visit.jql())
        except JqlError as error:
            raise Refusal(400, str(error)) from None
    return given


def _change(visit: Visit, found: Filter, given: dict[str, Any]) -> None:
    found.name, found.jql = given.get("name", found.name), given.get("jql", found.jql)
    found.description = given.get("description", found.description)
    if "sharePermissions" in given:
        found.shares = sharing.read(visit, given["sharePermissions"])
    if "editPermissions" in given:
        found.editors = sharing.read(visit, given["editPermissions"])
    if "favourite" in given:
        change = found.favourite_of.add if given["favourite"] else found.favourite_of.discard
        change(visit.user.account_id)


def _visible(visit: Visit) -> list[Filter]:
    user = visit.user
    return [
        entry
        for entry in visit.state.filters.values()
        if sees(visit.state, user, entry.owner, [*entry.shares, *entry.editors])
    ]


def find(visit: Visit, filter_id: str) -> Filter:
    """A filter that the caller may see."""
    for found in _visible(visit):
        if str(found.id) == filter_id:
            return found
    message = "The selected filter is not available to you, perhaps it has been deleted or had its permissions changed."
    raise Refusal(404 if visit.state.site.is_cloud else 400, message)


def changeable(visit: Visit, filter_id: str) -> Filter:
    """A filter that the caller may change: its owner, an editor, an administrator."""
    found = find(visit, filter_id)
    mine = found.owner == visit.user.account_id
    if not (mine or reached(visit.state, visit.user, found.editors) or visit.may("ADMINISTER")):
        raise Refusal(400, "You do not have permission to change this filter.")
    return found


def _shape(visit: Visit, found: Filter) -> Json:
    view = visit.link(f"/issues/?filter={found.id}")
    told = found.description or visit.state.site.is_cloud
    return {
        "self": visit.rest(f"filter/{found.id}"),
        "id": str(found.id),
        "name": found.name,
        **({"description": found.description} if told else {}),
        "owner": shapes.person(visit, found.owner),
        "jql": found.jql,
        "viewUrl": view,
        "searchUrl": visit.rest(f"search?jql={quote(found.jql)}"),
        "favourite": visit.user.account_id in found.favourite_of,
        "favouritedCount": len(found.favourite_of),
        "sharePermissions": sharing.shown(visit, found.shares),
        "editPermissions": sharing.shown(visit, found.editors),
        "subscriptions": {"size": 0, "items": [], "max-results": 0, "start-index": 0, "end-index": 0},
        "sharedUsers": {"size": 0, "items": [], "max-results": 0, "start-index": 0, "end-index": 0},
    }


ROUTES = (
    ("POST", "filter", create),
    ("GET", "filter/my", mine),
    ("GET", "filter/favourite", favourites),
    ("GET", "filter/search", search),
    ("GET", "filter/{filter_id}", get),
    ("PUT", "filter/{filter_id}", update),
    ("DELETE", "filter/{filter_id}", delete),
    ("PUT", "filter/{filter_id}/favourite", mark),
    ("DELETE", "filter/{filter_id}/favourite", unmark),
    ("PUT", "filter/{filter_id}/owner", give_away),
)
