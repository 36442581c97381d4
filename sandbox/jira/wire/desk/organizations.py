"""Organizations: customers under one name, the desks that serve them, and their properties."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from sandbox.http import Response
from sandbox.jira.settings import Organization
from sandbox.jira.wire.desk import desks
from sandbox.jira.wire.desk.shapes import HOME, DeskRefusal, agents_only, customer, date, page
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.properties import Holder, property_routes

_NAME = 200


def every(visit: Visit) -> Response:
    """GET organization: all for agents; accountId narrows to those a customer is in."""
    agents_only(visit)
    wanted = visit.request.arg("accountId")
    held = [o for o in visit.state.organizations.values() if not wanted or wanted in o.members]
    return page(visit, [_shape(visit, entry) for entry in held], "organization")


def get(visit: Visit, organization_id: str) -> Response:
    """GET organization/{id}"""
    return Response.json(_shape(visit, find(visit, organization_id)))


def create(visit: Visit) -> Response:
    """POST organization: 201, or 200 with the one that has this name already."""
    agents_only(visit)
    name = body.read(visit, {"name": str}).get("name", "").strip()
    if not 1 <= len(name) <= _NAME:
        message = f"The name of an organization must have between 1 and {_NAME} characters."
        raise DeskRefusal(400, message, "sd.organisation.error.invalid.name")
    held = visit.state.organizations
    for entry in held.values():
        if entry.name.lower() == name.lower():
            return Response.json(_shape(visit, entry))
    made = Organization(max(held, default=0) + 1, name, made_at=visit.now)
    held[made.id] = made
    return Response.json(_shape(visit, made), 201)


def delete(visit: Visit, organization_id: str) -> Response:
    """DELETE organization/{id}: 204; issues lose it too."""
    gone = find(visit, organization_id)
    visit.require("ADMINISTER", "Only administrators can delete organizations.")
    del visit.state.organizations[gone.id]
    field = visit.state.field_of("organizations")
    for issue in visit.state.issues.values() if field else ():
        held = issue.values.get(field.id, ()) if field else ()
        if field and isinstance(held, tuple) and str(gone.id) in held:
            kept = tuple(number for number in held if number != str(gone.id))
            issue.values.pop(field.id)
            if kept:
                issue.values[field.id] = kept
    return Response(204)


def members(visit: Visit, organization_id: str) -> Response:
    """GET organization/{id}/user"""
    found = find(visit, organization_id)
    people = [visit.state.users[name] for name in sorted(found.members) if name in visit.state.users]
    return page(visit, [customer(visit, who) for who in people], f"organization/{found.id}/user")


def add_members(visit: Visit, organization_id: str) -> Response:
    """POST organization/{id}/user"""
    found = find(visit, organization_id)
    found.members |= _people(visit)
    return Response(204)


def remove_members(visit: Visit, organization_id: str) -> Response:
    """DELETE organization/{id}/user"""
    found = find(visit, organization_id)
    found.members -= _people(visit)
    return Response(204)


def _people(visit: Visit) -> set[str]:
    given = body.read(visit, {"accountIds": list, "usernames": list})
    names = [*given.get("accountIds", []), *given.get("usernames", [])]
    found = {name: visit.find_user(str(name)) for name in names}
    for name, who in found.items():
        if who is None:
            raise DeskRefusal(400, f"The user '{name}' does not exist.", "sd.organisation.error.unknown.user")
    return {who.account_id for who in found.values() if who}


def of_desk(visit: Visit, desk_id: str) -> Response:
    """GET servicedesk/{id}/organization"""
    desk = desks.find(visit, desk_id)
    wanted = visit.request.arg("accountId")
    served = [o for o in visit.state.organizations.values() if desk.id in o.desks]
    shown = [_shape(visit, entry) for entry in served if not wanted or wanted in entry.members]
    return page(visit, shown, f"servicedesk/{desk_id}/organization")


def add_to_desk(visit: Visit, desk_id: str) -> Response:
    """POST servicedesk/{id}/organization"""
    desk = desks.find(visit, desk_id)
    _given(visit).desks.add(desk.id)
    return Response(204)


def remove_from_desk(visit: Visit, desk_id: str) -> Response:
    """DELETE servicedesk/{id}/organization"""
    desk = desks.find(visit, desk_id)
    _given(visit).desks.discard(desk.id)
    return Response(204)


def _given(visit: Visit) -> Organization:
    given = body.read(visit, {"organizationId": int, "serviceDeskId": str})
    return find(visit, str(given.get("organizationId", "")))


def find(visit: Visit, organization_id: str) -> Organization:
    """An organization, or the 404."""
    agents_only(visit)
    found = visit.state.organizations.get(int(organization_id)) if organization_id.isdigit() else None
    if found is None:
        message = f"Organization with ID {organization_id} does not exist, or you do not have permission to view it."
        raise DeskRefusal(404, message, "sd.organisation.error.not.found")
    return found


def _shape(visit: Visit, entry: Organization) -> Json:
    home = visit.link(f"{HOME}/organization/{entry.id}")
    shape: Json = {"id": str(entry.id), "name": entry.name, "_links": {"self": home}}
    if visit.state.site.is_cloud:
        identity = uuid5(NAMESPACE_URL, f"{visit.state.site.cloud_id}/organization/{entry.id}")
        made = date(visit, entry.made_at or datetime(2020, 1, 1, tzinfo=UTC))
        shape |= {"uuid": str(identity), "created": made, "scimManaged": False}
    return shape


def _holder(visit: Visit, organization_id: str) -> Holder:
    found = find(visit, organization_id)
    return Holder(found.properties, visit.link(f"{HOME}/organization/{found.id}/property"))


ROUTES = (
    ("GET", "organization", every),
    ("POST", "organization", create),
    ("GET", "organization/{organization_id}", get),
    ("DELETE", "organization/{organization_id}", delete),
    ("GET", "organization/{organization_id}/user", members),
    ("POST", "organization/{organization_id}/user", add_members),
    ("DELETE", "organization/{organization_id}/user", remove_members),
    ("GET", "servicedesk/{desk_id}/organization", of_desk),
    ("POST", "servicedesk/{desk_id}/organization", add_to_desk),
    ("DELETE", "servicedesk/{desk_id}/organization", remove_from_desk),
    *property_routes("organization/{organization_id}/property", _holder),
)
