"""What a site says of its licences, its announcement banner and its events."""

from __future__ import annotations

import hashlib

from sandbox.http import Response
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_PRODUCT = "jira-software"
EVENTS = (
    "Issue Created", "Issue Updated", "Issue Assigned", "Issue Resolved", "Issue Closed", "Issue Commented",
    "Issue Reopened", "Issue Deleted", "Issue Moved", "Work Logged On Issue", "Work Started On Issue",
    "Work Stopped On Issue", "Generic Event", "Issue Comment Edited", "Issue Worklog Updated",
    "Issue Worklog Deleted", "Issue Comment Deleted",
)  # fmt: skip
_BANNER: Json = {"message": "", "isDismissible": False, "isEnabled": False, "visibility": "public"}


def licence(_visit: Visit) -> Response:
    """GET instance/license"""
    return Response.json({"applications": [{"id": _PRODUCT, "plan": "PAID"}]})


def count(visit: Visit) -> Response:
    """GET license/approximateLicenseCount"""
    return _counted(visit, "license.totalApproximateUserCount")


def count_of_product(visit: Visit, product: str) -> Response:
    """GET license/approximateLicenseCount/product/{key}"""
    return _counted(visit, f"license.{product}.approximateUserCount")


def _counted(visit: Visit, key: str) -> Response:
    _admins_only(visit)
    return Response.json({"key": key, "value": str(sum(user.active for user in visit.state.people()))})


def events(visit: Visit) -> Response:
    """GET events: those a notification scheme tells of."""
    _admins_only(visit)
    return Response.json([{"id": number, "name": name} for number, name in enumerate(EVENTS, start=1)])


def banner(visit: Visit) -> Response:
    """GET announcementBanner"""
    _admins_only(visit)
    shown = _BANNER | visit.state.banner
    mark = hashlib.sha256(str(shown["message"]).encode()).hexdigest()[:8]
    return Response.json(shown | {"hashId": mark if shown["isEnabled"] else ""})


def set_banner(visit: Visit) -> Response:
    """PUT announcementBanner: what is given changes."""
    _admins_only(visit)
    given = body.read(visit, {"message": str, "isDismissible": bool, "isEnabled": bool, "visibility": str})
    if given.get("visibility", "public").lower() not in ("public", "private"):
        raise Refusal(400, fields={"visibility": "The visibility must be public or private."})
    visit.state.banner |= given
    return Response(204)


def _admins_only(visit: Visit) -> None:
    visit.require("ADMINISTER", "You do not have permission to administer this site.")


ROUTES = (
    ("GET", "instance/license", licence),
    ("GET", "license/approximateLicenseCount", count),
    ("GET", "license/approximateLicenseCount/product/{product}", count_of_product),
    ("GET", "events", events),
    ("GET", "announcementBanner", banner),
    ("PUT", "announcementBanner", set_banner),
)
