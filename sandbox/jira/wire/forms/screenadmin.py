"""Screens as administrators arrange them: forms, their tabs, and the fields on each."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.layouts import DEFAULT_SCREEN, Screen, Tab
from sandbox.jira.wire.administration.workflows import admins_only
from sandbox.jira.wire.forms.screens import CREATED, site_fields
from sandbox.jira.wire.http import body, paging
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_NAMED: body.Schema = {"name": str, "description": str}
_MOVES = ("First", "Last", "Earlier", "Later")


def every(visit: Visit) -> Response:
    """GET screens, by id, scope and text"""
    admins_only(visit)
    ids, text = visit.names("id"), visit.request.arg("queryString").lower()
    scopes = visit.names("scope")
    found = [
        _shape(screen)
        for screen in visit.state.screens.values()
        if (not ids or str(screen.id) in ids) and text in screen.name.lower()
    ]
    return paging.page(visit, found if not scopes or "GLOBAL" in scopes else [], "screens", size=100)


def create(visit: Visit) -> Response:
    """POST screens: 201, with one empty tab"""
    admins_only(visit)
    given = body.read(visit, _NAMED)
    name = _name(visit, given, None)
    made = Screen(visit.state.fresh_id("screen", visit.state.screens), name, given.get("description", ""))
    made.tabs.append(Tab(visit.state.next_id("screentab") + 1000, "Field Tab"))
    visit.state.screens[made.id] = made
    return Response.json(_shape(made), 201)


def update(visit: Visit, screen_id: str) -> Response:
    """PUT screens/{id}"""
    found, given = find(visit, screen_id), body.read(visit, _NAMED)
    found.name, found.description = _name(visit, given, found), given.get("description", found.description)
    return Response.json(_shape(found))


def delete(visit: Visit, screen_id: str) -> Response:
    """DELETE screens/{id}, when no screen scheme uses it"""
    found = find(visit, screen_id)
    schemes = visit.state.layouts["screenscheme"].values()
    if any(found.id in scheme.links.values() for scheme in schemes):
        raise Refusal(400, "The screen is used by a screen scheme and cannot be deleted.")
    del visit.state.screens[found.id]
    return Response(204)


def for_field(visit: Visit, field_id: str) -> Response:
    """GET field/{id}/screens: where a custom field is shown; others are 404, though they are on screens."""
    admins_only(visit)
    if field_id not in visit.state.fields:
        raise Refusal(404, f"The field with id '{field_id}' does not exist.")
    found = [
        _shape(screen) | ({"tab": {"id": tab.id, "name": tab.name}} if "tab" in visit.names("expand") else {})
        for screen in visit.state.screens.values()
        for tab in screen.tabs
        if field_id in on(visit, tab)
    ]
    return paging.page(visit, found, f"field/{field_id}/screens", size=100)


def add_to_default(visit: Visit, field_id: str) -> Response:
    """POST screens/addToDefault/{field}"""
    tab = find(visit, str(DEFAULT_SCREEN)).tabs[0]
    _add(visit, tab, field_id)
    return Response(200)


def tabs(visit: Visit, screen_id: str) -> Response:
    """GET screens/{id}/tabs"""
    return Response.json([_tab(tab) for tab in find(visit, screen_id).tabs])


def add_tab(visit: Visit, screen_id: str) -> Response:
    """POST screens/{id}/tabs: 200"""
    found = find(visit, screen_id)
    made = Tab(visit.state.next_id("screentab") + 1000, _tab_name(visit, found))
    found.tabs.append(made)
    return Response.json(_tab(made))


def rename_tab(visit: Visit, screen_id: str, tab_id: str) -> Response:
    """PUT screens/{id}/tabs/{id}"""
    tab = _find_tab(visit, screen_id, tab_id)
    tab.name = _tab_name(visit, find(visit, screen_id))
    return Response.json(_tab(tab))


def delete_tab(visit: Visit, screen_id: str, tab_id: str) -> Response:
    """DELETE screens/{id}/tabs/{id}"""
    find(visit, screen_id).tabs.remove(_find_tab(visit, screen_id, tab_id))
    return Response(204)


def move_tab(visit: Visit, screen_id: str, tab_id: str, place: str) -> Response:
    """POST screens/{id}/tabs/{id}/move/{pos}"""
    found, tab = find(visit, screen_id), _find_tab(visit, screen_id, tab_id)
    if not place.isdigit() or int(place) >= len(found.tabs):
        raise Refusal(400, f"The position '{place}' is not one of a tab.")
    found.tabs.remove(tab)
    found.tabs.insert(int(place), tab)
    return Response(204)


def fields(visit: Visit, screen_id: str, tab_id: str) -> Response:
    """GET screens/{id}/tabs/{id}/fields"""
    return Response.json(_fields(visit, on(visit, _find_tab(visit, screen_id, tab_id))))


def add_field(visit: Visit, screen_id: str, tab_id: str) -> Response:
    """POST screens/{id}/tabs/{id}/fields: 200"""
    tab = _find_tab(visit, screen_id, tab_id)
    field_id = body.read(visit, {"fieldId": str}).get("fieldId", "")
    there = {name for each in find(visit, screen_id).tabs for name in on(visit, each)}
    if field_id in there:
        raise Refusal(400, f"The field with id '{field_id}' is already on the screen.")
    _add(visit, tab, field_id)
    return Response.json(_fields(visit, [field_id])[0])


def remove_field(visit: Visit, screen_id: str, tab_id: str, field_id: str) -> Response:
    """DELETE screens/{id}/tabs/{id}/fields/{field}"""
    tab = _find_tab(visit, screen_id, tab_id)
    tab.fields = [name for name in _holding(visit, tab, field_id) if name != field_id]
    return Response(204)


def move_field(visit: Visit, screen_id: str, tab_id: str, field_id: str) -> Response:
    """POST screens/{id}/tabs/{id}/fields/{field}/move: after another one, or to a position"""
    tab = _find_tab(visit, screen_id, tab_id)
    there = _holding(visit, tab, field_id)
    given = body.read(visit, {"after": str, "position": str})
    after, position = given.get("after", "").rpartition("/")[2], given.get("position")
    rest = [name for name in there if name != field_id]
    if after in rest:
        at = rest.index(after) + 1
    elif position in _MOVES:
        now = there.index(field_id)
        at = {"First": 0, "Last": len(rest), "Earlier": max(now - 1, 0), "Later": now + 1}[position]
    else:
        raise Refusal(400, "Either a field that is on the tab, or a position must be given.")
    rest.insert(at, field_id)
    tab.fields = rest
    return Response(204)


def available(visit: Visit, screen_id: str) -> Response:
    """GET screens/{id}/availableFields: those not on it yet"""
    there = {name for tab in find(visit, screen_id).tabs for name in on(visit, tab)}
    return Response.json(_fields(visit, [name for name in site_fields(visit) if name not in there]))


def find(visit: Visit, screen_id: str) -> Screen:
    """A screen, for administrators; or the 404."""
    admins_only(visit)
    found = visit.state.screens.get(int(screen_id)) if screen_id.isdigit() else None
    if found is None:
        raise Refusal(404, f"The screen with id '{screen_id}' does not exist.")
    return found


def on(visit: Visit, tab: Tab) -> list[str]:
    """The ids of the fields on a tab."""
    known = site_fields(visit)
    if tab.fields is None:
        return [name for name in known if name in CREATED or name.startswith("custom")]
    return [name for name in tab.fields if name in known]


def _holding(visit: Visit, tab: Tab, field_id: str) -> list[str]:
    there = on(visit, tab)
    if field_id not in there:
        raise Refusal(404, f"The field with id '{field_id}' is not on the tab.")
    return there


def _add(visit: Visit, tab: Tab, field_id: str) -> None:
    if field_id not in site_fields(visit):
        raise Refusal(404, f"The field with id '{field_id}' does not exist.")
    there = on(visit, tab)
    if field_id not in there:
        tab.fields = [*there, field_id]


def _find_tab(visit: Visit, screen_id: str, tab_id: str) -> Tab:
    for tab in find(visit, screen_id).tabs:
        if str(tab.id) == tab_id:
            return tab
    raise Refusal(404, f"The screen tab with id '{tab_id}' does not exist.")


def _name(visit: Visit, given: Json, present: Screen | None) -> str:
    name = str(given.get("name", present.name if present else "")).strip()
    others = (screen for screen in visit.state.screens.values() if screen is not present)
    if not name or any(screen.name.lower() == name.lower() for screen in others):
        raise Refusal(400, "A screen needs a name that no other screen has.")
    return name


def _tab_name(visit: Visit, screen: Screen) -> str:
    name = str(body.read(visit, {"name": str, "id": int}).get("name", "")).strip()
    if not name or any(tab.name.lower() == name.lower() for tab in screen.tabs):
        raise Refusal(400, "A tab needs a name that no other tab of the screen has.")
    return name


def _shape(screen: Screen) -> Json:
    return {"id": screen.id, "name": screen.name, "description": screen.description}


def _tab(tab: Tab) -> Json:
    return {"id": tab.id, "name": tab.name}


def _fields(visit: Visit, names: list[str]) -> list[Json]:
    known = site_fields(visit)
    return [{"id": name, "name": known[name].name} for name in names]


ROUTES = (
    ("GET", "screens", every),
    ("POST", "screens", create),
    ("POST", "screens/addToDefault/{field_id}", add_to_default),
    ("PUT", "screens/{screen_id}", update),
    ("DELETE", "screens/{screen_id}", delete),
    ("GET", "screens/{screen_id}/availableFields", available),
    ("GET", "screens/{screen_id}/tabs", tabs),
    ("POST", "screens/{screen_id}/tabs", add_tab),
    ("PUT", "screens/{screen_id}/tabs/{tab_id}", rename_tab),
    ("DELETE", "screens/{screen_id}/tabs/{tab_id}", delete_tab),
    ("POST", "screens/{screen_id}/tabs/{tab_id}/move/{place}", move_tab),
    ("GET", "screens/{screen_id}/tabs/{tab_id}/fields", fields),
    ("POST", "screens/{screen_id}/tabs/{tab_id}/fields", add_field),
    ("DELETE", "screens/{screen_id}/tabs/{tab_id}/fields/{field_id}", remove_field),
    ("POST", "screens/{screen_id}/tabs/{tab_id}/fields/{field_id}/move", move_field),
    ("GET", "field/{field_id}/screens", for_field),
)
