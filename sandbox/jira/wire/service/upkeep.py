"""Data Center's own upkeep: its index, its one node, its password policy and priority schemes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.http import Response
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_KINDS = (
    "FOREGROUND",
    "BACKGROUND",
    "BACKGROUND_PREFFERED",
    "BACKGROUND_PREFERRED",
)  # the third as Jira writes it
_SCHEME = 1


def reindex(visit: Visit) -> Response:
    """POST reindex: 202, and done at once"""
    _admins_only(visit)
    kind = visit.request.arg("type") or "BACKGROUND_PREFERRED"
    if kind not in _KINDS:
        raise Refusal(400, f"The type '{kind}' is not one of a reindex.")
    visit.state.reindexed_at = visit.now
    return Response.json(_progress(visit, visit.now), 202)


def reindexed(visit: Visit) -> Response:
    """GET reindex and reindex/progress: the latest one; 404 before the first"""
    _admins_only(visit)
    if visit.state.reindexed_at is None:
        return Response(404)
    return Response.json(_progress(visit, visit.state.reindexed_at))


def summary(visit: Visit) -> Response:
    """GET index/summary"""
    _admins_only(visit)
    issues = visit.state.issues
    latest = max((issue.updated_at for issue in issues.values()), default=None)
    counts: Json = {"countInDatabase": len(issues), "countInIndex": len(issues), "countInArchive": 0}
    times = {"lastUpdatedInDatabase": visit.stamp(latest), "lastUpdatedInIndex": visit.stamp(latest)}
    told = {"nodeId": "", "reportTime": visit.stamp(visit.now)}
    return Response.json(
        told | {"issueIndex": {"indexReadable": True} | counts | times, "replicationQueues": {}}
    )


def nodes(visit: Visit) -> Response:
    """GET cluster/nodes: one node is no cluster, which is a 405"""
    _admins_only(visit)
    raise Refusal(405, "This instance is not clustered.")


def policy(_visit: Visit) -> Response:
    """GET password/policy: none"""
    return Response.json([])


def upgraded(visit: Visit) -> Response:
    """GET upgrade: 404, none has run"""
    _admins_only(visit)
    return Response(404)


def priority_schemes(visit: Visit) -> Response:
    """GET priorityschemes: the default one"""
    shape = {"expand": "schemes", "self": visit.rest("priorityschemes"), "startAt": 0, "maxResults": 100}
    return Response.json(shape | {"total": 1, "schemes": [_scheme(visit)]})


def priority_scheme(visit: Visit, number: str) -> Response:
    """GET priorityschemes/{id}"""
    if number != str(_SCHEME):
        raise Refusal(404, f"The priority scheme with id '{number}' does not exist.")
    return Response.json(_scheme(visit))


def priority_scheme_of(visit: Visit, key: str) -> Response:
    """GET project/{key}/priorityscheme"""
    projects.find(visit, key)
    return Response.json(_scheme(visit))


def _admins_only(visit: Visit) -> None:
    visit.require("ADMINISTER", "You must have global administrator rights.")


def _progress(visit: Visit, at: datetime) -> Json:
    moment = at.astimezone(ZoneInfo(visit.state.site.zone)).isoformat(timespec="milliseconds")
    times = dict.fromkeys(("submittedTime", "startTime", "finishTime"), moment)
    home = visit.link("/secure/admin/jira/IndexProgress.jspa?taskId=1")
    done: Json = {"progressUrl": home, "currentProgress": 100, "currentSubTask": "", "type": "FOREGROUND"}
    return done | times | {"success": True}


def _scheme(visit: Visit) -> Json:
    state = visit.state
    shape: Json = {
        "expand": "schemes.projectKeys",
        "self": visit.rest(f"priorityschemes/{_SCHEME}"),
        "id": _SCHEME,
        "name": "Default priority scheme",
        "description": "This is default scheme used by all projects without any other scheme assigned",
        "optionIds": [str(number) for number in state.priorities],
        "defaultScheme": True,
    }
    named = {"defaultOptionId": str(state.default_priority)} if state.default_priority else {}
    keys = {"projectKeys": [project.key for project in projects.visible(visit)]}
    return shape | named | (keys if "projectKeys" in visit.request.arg("expand") else {})


ROUTES = (
    ("POST", "reindex", reindex),
    ("GET", "reindex", reindexed),
    ("GET", "reindex/progress", reindexed),
    ("GET", "index/summary", summary),
    ("GET", "cluster/nodes", nodes),
    ("GET", "password/policy", policy),
    ("GET", "upgrade", upgraded),
    ("GET", "priorityschemes", priority_schemes),
    ("GET", "priorityschemes/{number}", priority_scheme),
    ("GET", "project/{key}/priorityscheme", priority_scheme_of),
)
