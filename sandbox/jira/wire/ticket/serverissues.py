"""What Data Center alone has on issues: pinned comments, and sub-tasks as a list of their own."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.wire.http import body, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.restriction import readable
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket import comments
from sandbox.jira.wire.ticket.contributions import comment_shape
from sandbox.jira.wire.ticket.values import subtasks


def pin(visit: Visit, key: str, comment_id: str) -> Response:
    """PUT issue/{key}/comment/{id}/pin: true or false."""
    issue = visit.issue(key)
    found, wanted = comments.find(visit, issue, comment_id), body.read_raw(visit)
    if not isinstance(wanted, bool):
        raise Refusal(400, "Whether to pin the comment must be true or false.")
    visit.require("EDIT_ALL_COMMENTS", "You do not have permission to pin comments.", issue)
    found.pinned = (visit.user.account_id, visit.now) if wanted else None
    return Response(200)


def pinned(visit: Visit, key: str) -> Response:
    """GET issue/{key}/pinned-comments: the one pinned last first."""
    issue = visit.issue(key)
    held = [(entry.pinned, entry) for entry in readable(visit, issue, issue.comments) if entry.pinned]
    held.sort(key=lambda pair: pair[0][1], reverse=True)
    shown = [
        {
            "comment": comment_shape(visit, issue, entry),
            "pinnedBy": shapes.person(visit, by),
            "pinnedDate": visit.stamp(at),
        }
        for (by, at), entry in held
    ]
    return Response.json(shown)


def children(visit: Visit, key: str) -> Response:
    """GET issue/{key}/subtask"""
    return Response.json(subtasks(visit, visit.issue(key)))


ROUTES = (
    ("PUT", "issue/{key}/comment/{comment_id}/pin", pin),
    ("GET", "issue/{key}/pinned-comments", pinned),
    ("GET", "issue/{key}/subtask", children),
)
