"""What the site says of itself and its vocabulary: server, login, fields, statuses, types, resolutions."""

from __future__ import annotations

from typing import TypeVar

from sandbox.http import Response
from sandbox.jira.entities import IssueType, Status
from sandbox.jira.wire.forms.fieldlist import SYSTEM_FIELDS, listed_custom, listed_system
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.errors import Refusal, unauthenticated
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.people import users

_HOURS = {
    "workingHoursPerDay": 8.0, "workingDaysPerWeek": 5.0, "timeFormat": "pretty", "defaultUnit": "minute",
}  # fmt: skip
Entry = TypeVar("Entry", Status, IssueType)


def tenant_info(visit: Visit) -> Response:
    """GET /_edge/tenant_info: the immutable cloud id, to anybody."""
    return Response.json({"cloudId": visit.state.site.cloud_id})


def server_info(visit: Visit) -> Response:
    """GET serverInfo, to anybody: as the site is configured."""
    site = visit.state.site
    shape: Json = {
        "baseUrl": site.base_url,
        "version": site.release,
        "versionNumbers": list(site.release_numbers),
        "deploymentType": site.deployment,
        "buildNumber": site.build_number or (100288 if site.is_cloud else 9120015),
        "buildDate": "2026-08-19T03:12:55.000+0000",
        "serverTime": visit.stamp(visit.now),
        "scmInfo": "57a0ca5b0000000000000000000000000000000a",
        "serverTitle": site.title,
    }
    return Response.json(
        shape | ({"displayUrl": site.base_url, "serverTimeZone": site.zone} if site.is_cloud else {})
    )


def myself(visit: Visit) -> Response:
    """GET myself"""
    if not visit.user.account_id:
        return unauthenticated()
    return Response.json(users.whole(visit, visit.user))


def fields(visit: Visit) -> Response:
    """GET field: those the login can see, fields of team-managed projects with their scope."""
    custom = [
        listed_custom(field)
        for field in visit.state.fields.values()
        if field.project_id is None or visit.state.can_see_project(visit.user, field.project_id)
    ]
    return Response.json([*(listed_system(field) for field in SYSTEM_FIELDS), *custom])


def configuration(_visit: Visit) -> Response:
    """GET configuration: everything a site can switch on is on."""
    switches = (
        "votingEnabled", "watchingEnabled", "unassignedIssuesAllowed", "subTasksEnabled",
        "issueLinkingEnabled", "timeTrackingEnabled", "attachmentsEnabled",
    )  # fmt: skip
    return Response.json({**dict.fromkeys(switches, True), "timeTrackingConfiguration": _HOURS})


def time_provider(visit: Visit) -> Response:
    """GET configuration/timetracking: Jira's own."""
    return Response.json(_provider(visit))


def time_providers(visit: Visit) -> Response:
    """GET configuration/timetracking/list"""
    return Response.json([_provider(visit)])


def time_options(visit: Visit) -> Response:
    """GET configuration/timetracking/options"""
    visit.require("ADMINISTER", "You do not have permission to access time tracking settings.")
    return Response.json(_HOURS)


def _provider(visit: Visit) -> Json:
    visit.require("ADMINISTER", "You do not have permission to access time tracking settings.")
    settings = visit.link("/secure/admin/TimeTrackingAdmin.jspa")
    return {"key": "JIRA", "name": "JIRA provided time tracking", "url": settings}


def statuses(visit: Visit) -> Response:
    """GET status"""
    return Response.json([scoped(s, shapes.status(visit, s)) for s in _visible(visit, visit.state.statuses)])


def status_categories(visit: Visit) -> Response:
    """GET statuscategory"""
    return Response.json([shapes.category(visit, key) for key in shapes.CATEGORIES])


def issue_types(visit: Visit) -> Response:
    """GET issuetype: every visible project's own types and the site's."""
    types = _visible(visit, visit.state.types)
    return Response.json([type_shape(visit, entry) for entry in types])


def type_shape(visit: Visit, entry: IssueType) -> Json:
    """An issue type as the list shows it: with its untranslated name, and its scope, if it has them."""
    named = {"untranslatedName": entry.untranslated} if entry.untranslated else {}
    return scoped(entry, shapes.issue_type(visit, entry) | named)


def resolutions(visit: Visit) -> Response:
    """GET resolution"""
    return Response.json([shapes.resolution(visit, entry) for entry in visit.state.resolutions.values()])


def application_links(_visit: Visit) -> Response:
    """GET applinks: the client asks, and is usually not allowed."""
    raise Refusal(403, "Client must be authenticated as an administrator to access this resource.")


def _visible(visit: Visit, registry: dict[int, Entry]) -> list[Entry]:
    return [
        entry
        for entry in registry.values()
        if entry.project_id is None or visit.state.can_see_project(visit.user, entry.project_id)
    ]


def scoped(entry: Status | IssueType, shape: Json) -> Json:
    """The shape of an entry, with its scope when it belongs to one project."""
    return shape if entry.project_id is None else shape | {"scope": shapes.scope(entry.project_id)}


ROUTES = (
    ("GET", "serverInfo", server_info),
    ("GET", "myself", myself),
    ("GET", "field", fields),
    ("GET", "configuration", configuration),
    ("GET", "configuration/timetracking", time_provider),
    ("GET", "configuration/timetracking/list", time_providers),
    ("GET", "configuration/timetracking/options", time_options),
    ("GET", "status", statuses),
    ("GET", "statuscategory", status_categories),
    ("GET", "issuetype", issue_types),
    ("GET", "resolution", resolutions),
)
OPEN_ROUTES = (
    ("GET", "_edge/tenant_info", tenant_info),
    ("GET", "rest/applinks/latest/listApplicationlinks", application_links),
)
