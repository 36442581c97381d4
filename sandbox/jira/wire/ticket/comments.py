"""Comments of an issue, and comments by their ids."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.commenting import add_comment, delete_comment, edit_comment
from sandbox.jira.issue import Issue
from sandbox.jira.parts import Comment
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.inputs import BadValue, rich_text
from sandbox.jira.wire.http.restriction import given_visibility, readable
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.contributions import comment_shape

_PAGE = 5000
_BY_IDS = 1000
_SCHEMA: body.Schema = {
    "body": (str, dict), "visibility": dict, "properties": list, "author": dict, "updateAuthor": dict,
    "created": str, "updated": str, "id": str, "self": str, "jsdPublic": bool, "renderedBody": str,
    "jsdAuthorCanSeeRequest": bool, "public": bool,
}  # fmt: skip


def every(visit: Visit, key: str) -> Response:
    """GET issue/{key}/comment, by time; orderBy=-created turns it around."""
    issue, order = visit.issue(key), visit.request.arg("orderBy")
    if order not in ("", "created", "+created", "-created"):
        raise Refusal(400, f"orderBy: '{order}' is not supported.")
    start, count = visit.number("startAt", 0), visit.number("maxResults", _PAGE, most=_PAGE)
    found = readable(visit, issue, issue.comments)[:: -1 if order == "-created" else 1]
    page = [comment_shape(visit, issue, comment) for comment in found[start : start + count]]
    return Response.json({"startAt": start, "maxResults": count, "total": len(found), "comments": page})


def get(visit: Visit, key: str, comment_id: str) -> Response:
    """GET issue/{key}/comment/{id}"""
    issue = visit.issue(key)
    return Response.json(comment_shape(visit, issue, find(visit, issue, comment_id)))


def create(visit: Visit, key: str) -> Response:
    """POST issue/{key}/comment"""
    issue, given = visit.issue(key), body.read(visit, _SCHEMA, others=True)
    visit.require(
        "ADD_COMMENTS", "You do not have the permission to comment on this issue.", issue, status=400
    )
    comment = add_comment(
        visit.state,
        issue,
        _text(visit, given),
        by=visit.user.account_id,
        at=visit.now,
        visibility=given_visibility(visit, issue, given.get("visibility"), "commentLevel"),
    )
    comment.properties = {entry["key"]: entry["value"] for entry in given.get("properties", [])}
    return Response.json(comment_shape(visit, issue, comment), 201)


def update(visit: Visit, key: str, comment_id: str) -> Response:
    """PUT issue/{key}/comment/{id}"""
    issue = visit.issue(key)
    comment, given = find(visit, issue, comment_id), body.read(visit, _SCHEMA, others=True)
    message = "You do not have permission to edit this comment."
    visit.require_over("EDIT_ALL_COMMENTS", comment.author, message, issue, status=400)
    edit_comment(
        visit.state,
        issue,
        comment,
        _text(visit, given),
        by=visit.user.account_id,
        at=visit.now,
        visibility=given_visibility(visit, issue, given.get("visibility"), "commentLevel"),
    )
    return Response.json(comment_shape(visit, issue, comment))


def delete(visit: Visit, key: str, comment_id: str) -> Response:
    """DELETE issue/{key}/comment/{id}"""
    issue = visit.issue(key)
    comment = find(visit, issue, comment_id)
    message = "You do not have permission to delete this comment."
    visit.require_over("DELETE_ALL_COMMENTS", comment.author, message, issue, status=400)
    delete_comment(visit.state, issue, comment, by=visit.user.account_id, at=visit.now)
    return Response(204)


def by_ids(visit: Visit) -> Response:
    """POST comment/list: comments of visible issues, others are absent."""
    wanted = set(body.read(visit, {"ids": list}, lists={"ids": int}).get("ids", []))
    if not 1 <= len(wanted) <= _BY_IDS:
        raise Refusal(400, f"Between 1 and {_BY_IDS} comment ids are allowed.")
    found = [
        comment_shape(visit, issue, comment)
        for issue in visit.state.issues.values()
        if issue.comments and visit.state.can_see(visit.user, issue)
        for comment in readable(visit, issue, issue.comments)
        if comment.id in wanted
    ]
    return Response.json(
        {"startAt": 0, "maxResults": _BY_IDS, "total": len(found), "isLast": True, "values": found}
    )


def _text(visit: Visit, given: Json) -> str:
    try:
        text = rich_text(visit, given.get("body"))
    except BadValue as refused:
        raise Refusal(400, fields={"comment": str(refused)}) from None
    if not text and not (visit.version == "3" and given.get("body")):
        raise Refusal(400, fields={"comment": "Comment body can not be empty!"})
    return text or ""


def find(visit: Visit, issue: Issue, comment_id: str) -> Comment:
    """A comment the caller may read, or the 404."""
    for comment in readable(visit, issue, issue.comments):
        if str(comment.id) == comment_id:
            return comment
    raise Refusal(404, f"Can not find a comment for the id: {comment_id}.")


ROUTES = (
    ("GET", "issue/{key}/comment", every),
    ("POST", "issue/{key}/comment", create),
    ("GET", "issue/{key}/comment/{comment_id}", get),
    ("PUT", "issue/{key}/comment/{comment_id}", update),
    ("DELETE", "issue/{key}/comment/{comment_id}", delete),
    ("POST", "comment/list", by_ids),
)
