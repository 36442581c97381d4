"""The products a site has and who may use them: application roles."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.entities import User
from sandbox.jira.settings import Group
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_KEY, _NAME = "jira-software", "Jira Software"
_GROUPS = ("jira-software-users", "jira-users")
_SEATS = 35_000


def every(visit: Visit) -> Response:
    """GET applicationrole"""
    visit.require("ADMINISTER", "You are not authorized to see the products of the site.")
    return Response.json([_shape(visit)])


def get(visit: Visit, key: str) -> Response:
    """GET applicationrole/{key}"""
    visit.require("ADMINISTER", "You are not authorized to see the products of the site.")
    if key != _KEY:
        raise Refusal(404, f"The application role with key '{key}' does not exist.")
    return Response.json(_shape(visit))


def held_by(visit: Visit, who: User) -> list[Json]:
    """The products that somebody may use."""
    return [{"key": _KEY, "name": _NAME}] if any(who.account_id in g.members for g in _groups(visit)) else []


def _groups(visit: Visit) -> list[Group]:
    return [group for group in visit.state.groups.values() if group.name in _GROUPS]


def _shape(visit: Visit) -> Json:
    groups = _groups(visit)
    names = [group.name for group in groups]
    people: set[str] = set().union(*(group.members for group in groups))
    shape: Json = {
        "key": _KEY,
        "groups": names,
        "name": _NAME,
        "defaultGroups": names[:1],
        "selectedByDefault": True,
        "defined": True,
        "numberOfSeats": _SEATS,
        "remainingSeats": _SEATS - len(people),
        "userCount": len(people),
        "userCountDescription": "1 user" if len(people) == 1 else f"{len(people)} users",
        "hasUnlimitedSeats": False,
        "platform": False,
    }
    if not visit.state.site.is_cloud:
        return shape
    details = [shapes.group(visit, group) for group in groups]
    return shape | {"groupDetails": details, "defaultGroupsDetails": details[:1]}


ROUTES = (
    ("GET", "applicationrole", every),
    ("GET", "applicationrole/{key}", get),
)
