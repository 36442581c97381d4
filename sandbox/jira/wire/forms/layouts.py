"""Screen schemes, field configurations and schemes of both by issue type: made, changed and deleted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sandbox.http import Response
from sandbox.jira.layouts import Layout
from sandbox.jira.wire.administration.workflows import admins_only
from sandbox.jira.wire.forms.layoutkinds import (
    BY_TYPE,
    CONFIGURATION_SCHEMES,
    CONFIGURATIONS,
    DEFAULT,
    KINDS,
    SCREENS,
    TYPE_SCREENS,
    Kind,
    all_of,
    default_of,
    find,
    read_links,
    read_name,
    shape,
)
from sandbox.jira.wire.forms.screens import site_fields
from sandbox.jira.wire.http import body, paging
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_SCHEMA: body.Schema = {"name": str, "description": str, "screens": dict, "issueTypeMappings": list}


def every(kind: Kind, visit: Visit) -> Response:
    """GET a kind, by id and text"""
    admins_only(visit)
    ids = visit.names("id")
    text = (visit.request.arg("queryString") or visit.request.arg("query")).lower()
    found = [
        shape(kind, layout)
        for layout in all_of(kind, visit).values()
        if (not ids or str(layout.id) in ids) and text in layout.name.lower()
    ]
    return paging.page(visit, found, kind.name)


def create(kind: Kind, visit: Visit) -> Response:
    """POST a kind: 201 with its id, or all of it; field configurations 200."""
    admins_only(visit)
    given, held = body.read(visit, _SCHEMA), all_of(kind, visit)
    made = Layout(
        0, read_name(kind, visit, given, None), given.get("description", ""), read_links(kind, visit, given)
    )
    if kind in (SCREENS, TYPE_SCREENS) and DEFAULT not in made.links:
        raise Refusal(400, f"A {kind.title} needs a default.")
    made.id = visit.state.fresh_id(kind.name, held)
    held[made.id] = made
    told = shape(kind, made)
    shown = told if kind in (CONFIGURATIONS, CONFIGURATION_SCHEMES) else {"id": told["id"]}
    return Response.json(shown, 200 if kind is CONFIGURATIONS else 201)


def update(kind: Kind, visit: Visit, number: str) -> Response:
    """PUT a kind: name, description, and the screens of a screen scheme"""
    found, given = find(kind, visit, number), body.read(visit, _SCHEMA)
    links = read_links(kind, visit, given) if "screens" in given else {}
    found.name, found.description = (
        read_name(kind, visit, given, found),
        given.get("description", found.description),
    )
    found.links |= links
    return Response(204)


def delete(kind: Kind, visit: Visit, number: str) -> Response:
    """DELETE a kind, but neither the site's default nor what is used"""
    found, users = find(kind, visit, number), [k for k in BY_TYPE if k.target == kind.name]
    linked = any(
        found.id in layout.links.values() for user in users for layout in all_of(user, visit).values()
    )
    if found.id == default_of(kind) or found.project_ids or linked:
        raise Refusal(400, f"The {kind.title} is used and cannot be deleted.")
    del all_of(kind, visit)[found.id]
    return Response(204)


def items(visit: Visit, number: str) -> Response:
    """GET fieldconfiguration/{id}/fields"""
    found = find(CONFIGURATIONS, visit, number)
    plain: Json = {"description": "", "isHidden": False, "isRequired": False}
    shown = [
        {"id": name} | plain | {"isRequired": name == "summary"} | found.items.get(name, {})
        for name in site_fields(visit)
    ]
    return paging.page(visit, shown, f"fieldconfiguration/{number}/fields")


def write_items(visit: Visit, number: str) -> Response:
    """PUT fieldconfiguration/{id}/fields"""
    found = find(CONFIGURATIONS, visit, number)
    given = body.read(visit, {"fieldConfigurationItems": list}, lists={"fieldConfigurationItems": dict})
    entries, known = given.get("fieldConfigurationItems", []), site_fields(visit)
    if not entries or any(entry.get("id") not in known for entry in entries):
        raise Refusal(400 if not entries else 404, "Fields of the site must be given.")
    for entry in entries:
        found.items.setdefault(entry["id"], {}).update({k: v for k, v in entry.items() if k != "id"})
    return Response(204)


ROUTES: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    *(("GET", kind.name, partial(every, kind)) for kind in KINDS),
    *(("POST", kind.name, partial(create, kind)) for kind in KINDS),
    *(("PUT", f"{kind.name}/{{number}}", partial(update, kind)) for kind in KINDS),
    *(("DELETE", f"{kind.name}/{{number}}", partial(delete, kind)) for kind in KINDS),
    ("GET", "fieldconfiguration/{number}/fields", items),
    ("PUT", "fieldconfiguration/{number}/fields", write_items),
)
