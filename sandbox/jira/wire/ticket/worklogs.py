"""Worklogs: of one issue, by id, and the feeds of what was written or removed since a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.http import Response
from sandbox.jira.index import TimeOrder
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.restriction import readable
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.contributions import worklog_shape

PAGE = 1000
_BLIND = timedelta(minutes=1)  # the feeds never show the minute before the request


def of_issue(visit: Visit, key: str) -> Response:
    """GET issue/{key}/worklog"""
    issue = visit.issue(key)
    start, count = visit.number("startAt", 0), visit.number("maxResults", 5000, most=5000)
    after, before = visit.number("startedAfter", 0), visit.number("startedBefore", 2**53)
    held = readable(visit, issue, issue.worklogs)
    chosen = [w for w in held if after <= _milliseconds(w.started_at) < before]
    page = [worklog_shape(visit, issue, worklog) for worklog in chosen[start : start + count]]
    return Response.json({"startAt": start, "maxResults": count, "total": len(chosen), "worklogs": page})


def updated(visit: Visit) -> Response:
    """GET worklog/updated"""
    return _feed(visit, visit.state.worklogs_updated, "worklog/updated")


def deleted(visit: Visit) -> Response:
    """GET worklog/deleted"""
    return _feed(visit, visit.state.worklogs_deleted, "worklog/deleted")


def _feed(visit: Visit, order: TimeOrder, path: str) -> Response:
    since = visit.number("since", 0)
    found = [
        (worklog_id, _milliseconds(at))
        for worklog_id, at in order.entries_since(datetime.fromtimestamp(since / 1000, UTC))
        if at <= visit.now - _BLIND and _readable(visit, worklog_id)
    ]
    page, last = found[:PAGE], len(found) <= PAGE
    until = page[-1][1] if page else since
    shape: Json = {
        "values": [{"worklogId": i, "updatedTime": at, "properties": []} for i, at in page],
        "since": since,
        "until": until,
        "self": visit.rest(f"{path}?since={since}"),
        "lastPage": last,
    }
    if not last:
        shape["nextPage"] = visit.rest(f"{path}?since={until}")
    return Response.json(shape)


def _readable(visit: Visit, worklog_id: int) -> bool:
    """Whether an id may be told: of what was deleted always, else when the worklog may be read."""
    issue = visit.state.issues.get(visit.state.by_worklog.get(worklog_id, -1))
    held = [w for w in issue.worklogs if w.id == worklog_id] if issue else []
    return issue is None or bool(readable(visit, issue, held))


def by_ids(visit: Visit) -> Response:
    """POST worklog/list"""
    ids = body.read(visit, {"ids": list}, lists={"ids": int}).get("ids", [])
    if not ids or len(ids) > PAGE:
        raise Refusal(400, f"Between 1 and {PAGE} worklog ids are allowed.")
    found = []
    for worklog_id in dict.fromkeys(ids):
        issue = visit.state.issues.get(visit.state.by_worklog.get(worklog_id, -1))
        if issue and visit.state.can_see(visit.user, issue):
            held = (w for w in readable(visit, issue, issue.worklogs) if w.id == worklog_id)
            found += [worklog_shape(visit, issue, worklog) for worklog in held]
    return Response.json(found)


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


ROUTES = (
    ("GET", "issue/{key}/worklog", of_issue),
    ("GET", "worklog/updated", updated),
    ("GET", "worklog/deleted", deleted),
    ("POST", "worklog/list", by_ids),
)
