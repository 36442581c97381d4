"""Worklogs written, corrected and removed by clients, and what becomes of the remaining estimate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.http import Response
from sandbox.jira.durations import seconds_of
from sandbox.jira.effort import Adjust, delete_worklog, edit_worklog, log_work
from sandbox.jira.issue import Issue, Worklog
from sandbox.jira.verbs import to_millisecond
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.inputs import BadValue, moment, rich_text
from sandbox.jira.wire.http.restriction import given_visibility, readable
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.contributions import worklog_shape

_SCHEMA: body.Schema = {
    "comment": (str, dict), "started": str, "timeSpent": str, "timeSpentSeconds": int, "visibility": dict,
    "properties": list, "author": dict, "updateAuthor": dict, "created": str, "updated": str, "id": str,
    "issueId": str, "self": str,
}  # fmt: skip


def find(visit: Visit, issue: Issue, worklog_id: str) -> Worklog:
    """A worklog that the caller may read, or the 404."""
    for worklog in readable(visit, issue, issue.worklogs):
        if str(worklog.id) == worklog_id:
            return worklog
    raise Refusal(404, f"Cannot find worklog with id: '{worklog_id}'.")


def get(visit: Visit, key: str, worklog_id: str) -> Response:
    """GET issue/{key}/worklog/{id}"""
    issue = visit.issue(key)
    return Response.json(worklog_shape(visit, issue, find(visit, issue, worklog_id)))


def create(visit: Visit, key: str) -> Response:
    """POST issue/{key}/worklog"""
    issue = visit.issue(key)
    worklog = _write(visit, issue, body.read(visit, _SCHEMA, others=True), _adjust(visit, "reduceBy"))
    return Response.json(worklog_shape(visit, issue, worklog), 201)


def update(visit: Visit, key: str, worklog_id: str) -> Response:
    """PUT issue/{key}/worklog/{id}: what is not given stays."""
    issue = visit.issue(key)
    worklog, given = find(visit, issue, worklog_id), body.read(visit, _SCHEMA, others=True)
    message = "You do not have permission to edit this worklog."
    visit.require_over("EDIT_ALL_WORKLOGS", worklog.author, message, issue, status=400)
    _correct(visit, issue, worklog, given, _adjust(visit, "reduceBy"))
    return Response.json(worklog_shape(visit, issue, worklog))


def delete(visit: Visit, key: str, worklog_id: str) -> Response:
    """DELETE issue/{key}/worklog/{id}"""
    issue = visit.issue(key)
    worklog = find(visit, issue, worklog_id)
    message = "You do not have permission to delete this worklog."
    visit.require_over("DELETE_ALL_WORKLOGS", worklog.author, message, issue, status=400)
    by, adjust = visit.user.account_id, _adjust(visit, "increaseBy")
    delete_worklog(visit.state, issue, worklog, by=by, at=visit.now, adjust=adjust)
    return Response(204)


def delete_many(visit: Visit, key: str) -> Response:
    """DELETE issue/{key}/worklog?ids=: several at once; 204 when all were there, else 200 naming the rest."""
    issue, ids = visit.issue(key), visit.names("ids")
    message = "You do not have permission to delete worklogs."
    visit.require("DELETE_ALL_WORKLOGS", message, issue, status=400)
    if not ids:
        raise Refusal(400, "The ids of the worklogs must be given.")
    by, adjust = visit.user.account_id, _adjust(visit, "increaseBy")
    readers = readable(visit, issue, issue.worklogs)
    held = [worklog for worklog in readers if str(worklog.id) in ids]
    for worklog in held:
        delete_worklog(visit.state, issue, worklog, by=by, at=visit.now, adjust=adjust)
    return Response(204) if len(held) == len(set(ids)) else Response(200)


def planned(visit: Visit, issue: Issue | None, verb: str, operand: Any) -> Callable[[Issue], object]:
    """A verb of the worklog field of an edit or transition, checked."""
    if not isinstance(operand, dict):
        raise Refusal(400, fields={"worklog": "expected Object"})
    if verb == "add":
        arguments = _arguments(visit, issue, operand, Adjust())
        return lambda home: _log(visit, home, arguments)
    if issue is None:
        raise Refusal(400, fields={"worklog": "A new issue has no worklog yet."})
    worklog = find(visit, issue, str(operand.get("id")))
    if verb == "edit":
        return lambda home: _correct(visit, home, worklog, operand, Adjust())
    by, at = visit.user.account_id, visit.now
    return lambda home: delete_worklog(visit.state, home, worklog, by=by, at=at)


def _write(visit: Visit, issue: Issue, given: dict[str, Any], adjust: Adjust) -> Worklog:
    message = "You do not have the permission to associate a worklog to this issue."
    visit.require("WORK_ON_ISSUES", message, issue, status=400)
    return _log(visit, issue, _arguments(visit, issue, given, adjust))


def _arguments(visit: Visit, issue: Issue | None, given: dict[str, Any], adjust: Adjust) -> dict[str, Any]:
    seconds = _seconds(given)
    if seconds is None:
        raise Refusal(400, fields={"timeLogged": "You must indicate the time spent."})
    return {
        "seconds": seconds,
        "started_at": _started(given),
        "comment": _comment(visit, given),
        "adjust": adjust,
        "visibility": given_visibility(visit, issue, given.get("visibility"), "worklogLevel"),
    }


def _log(visit: Visit, issue: Issue, arguments: dict[str, Any]) -> Worklog:
    return log_work(visit.state, issue, by=visit.user.account_id, at=visit.now, **arguments)


def _correct(visit: Visit, issue: Issue, worklog: Worklog, given: dict[str, Any], adjust: Adjust) -> None:
    seconds, started = _seconds(given), _started(given)
    if "visibility" in given:
        worklog.visibility = given_visibility(visit, issue, given["visibility"], "worklogLevel")
    if "comment" in given:
        worklog.comment = _comment(visit, given)
    if started:
        worklog.started_at = to_millisecond(started)
    seconds = worklog.seconds if seconds is None else seconds
    edit_worklog(visit.state, issue, worklog, seconds, by=visit.user.account_id, at=visit.now, adjust=adjust)


def _seconds(given: dict[str, Any]) -> int | None:
    if "timeSpentSeconds" in given:
        seconds: int | None = given["timeSpentSeconds"]
    elif "timeSpent" in given:
        seconds = seconds_of(str(given["timeSpent"]))
    else:
        return None
    if seconds is None or seconds < 60:
        raise Refusal(400, fields={"timeLogged": "Invalid time duration entered."})
    return seconds


def _started(given: dict[str, Any]) -> Any:
    try:
        return moment(given["started"]) if "started" in given else None
    except BadValue:
        raise Refusal(400, fields={"started": f"Error parsing time: {given['started']}"}) from None


def _comment(visit: Visit, given: dict[str, Any]) -> str:
    try:
        return rich_text(visit, given.get("comment")) or ""
    except BadValue as refused:
        raise Refusal(400, fields={"comment": str(refused)}) from None


def _adjust(visit: Visit, manual: str) -> Adjust:
    """The arguments adjustEstimate, newEstimate and, for "manual", reduceBy or increaseBy."""
    match mode := visit.request.arg("adjustEstimate") or "auto":
        case "auto" | "leave":
            return Adjust(mode)
        case "new" | "manual":
            name = "newEstimate" if mode == "new" else manual
            seconds = seconds_of(visit.request.arg(name))
            if seconds is None:
                raise Refusal(400, fields={"adjustEstimate": f"You must supply a valid {name}."})
            return Adjust(mode, seconds)
        case _:
            raise Refusal(400, fields={"adjustEstimate": f"'{mode}' is not a way to adjust the estimate."})


ROUTES = (
    ("POST", "issue/{key}/worklog", create),
    ("DELETE", "issue/{key}/worklog", delete_many),
    ("GET", "issue/{key}/worklog/{worklog_id}", get),
    ("PUT", "issue/{key}/worklog/{worklog_id}", update),
    ("DELETE", "issue/{key}/worklog/{worklog_id}", delete),
)
