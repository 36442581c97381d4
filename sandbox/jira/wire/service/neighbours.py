"""What other products ask a site, unofficially: what it is, and what development tools know of an issue."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from sandbox.http import Response
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_KINDS = ("build", "deployment-environment", "pullrequest", "review", "repository", "branch")


def manifest(visit: Visit) -> Response:
    """GET applinks manifest, to anybody: as application links introduce themselves."""
    site = visit.state.site
    return Response.json(
        {
            "id": str(uuid5(NAMESPACE_URL, site.cloud_id)),
            "name": site.title,
            "typeId": "jira",
            "version": site.release,
            "applinksVersion": "9.1.0",
            "inboundAuthenticationTypes": [],
            "outboundAuthenticationTypes": [],
            "publicSignup": False,
            "url": site.base_url,
        }
    )


def development(visit: Visit) -> Response:
    """GET dev-status issue/summary: no tool is connected, so it counts nothing."""
    _issue(visit)
    overall: Json = {"count": 0, "lastUpdated": None}
    summary = {kind: {"overall": overall, "byInstanceType": {}} for kind in _KINDS}
    return Response.json({"errors": [], "configErrors": [], "summary": summary})


def development_detail(visit: Visit) -> Response:
    """GET dev-status issue/detail"""
    _issue(visit)
    return Response.json({"errors": [], "detail": []})


def _issue(visit: Visit) -> None:
    number = visit.request.arg("issueId")
    if not number.isdigit():
        raise Refusal(400, "The issueId must be a number.")
    visit.issue(number)


OPEN_ROUTES = (
    ("GET", "rest/applinks/{version:1.0|latest}/manifest", manifest),
    ("GET", "rest/dev-status/{version:1.0|latest}/issue/summary", development),
    ("GET", "rest/dev-status/{version:1.0|latest}/issue/detail", development_detail),
)
