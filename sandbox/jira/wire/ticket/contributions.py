"""What people add to issues, as answers show it: comments, worklogs, attachments, rich text."""

from __future__ import annotations

from urllib.parse import quote

from sandbox.jira.durations import duration_text
from sandbox.jira.issue import Issue, Worklog
from sandbox.jira.parts import Attachment, Comment
from sandbox.jira.richtext import as_html, to_document
from sandbox.jira.wire.http.shapes import Json, person
from sandbox.jira.wire.http.visit import Visit


def rich_text(visit: Visit, text: str | None) -> Json | str | None:
    """Rich text: wiki text in version 2, an Atlassian document in version 3."""
    if text is None or visit.version == "2":
        return text
    return to_document(text)


def comment_shape(visit: Visit, issue: Issue, comment: Comment) -> Json:
    """One comment."""
    shape: Json = {
        "self": visit.rest(f"issue/{issue.id}/comment/{comment.id}"),
        "id": str(comment.id),
        "author": person(visit, comment.author),
        "body": rich_text(visit, comment.body),
        "updateAuthor": person(visit, comment.update_author),
        "created": visit.stamp(comment.created_at),
        "updated": visit.stamp(comment.updated_at),
    }
    if visit.state.site.is_cloud:
        shape["jsdPublic"] = comment.public
    if "renderedBody" in visit.names("expand"):
        shape["renderedBody"] = as_html(comment.body)
    if comment.visibility:
        shape["visibility"] = comment.visibility
    return shape


def worklog_shape(visit: Visit, issue: Issue, worklog: Worklog) -> Json:
    """One worklog."""
    shape: Json = {
        "self": visit.rest(f"issue/{issue.id}/worklog/{worklog.id}"),
        "author": person(visit, worklog.author),
        "updateAuthor": person(visit, worklog.update_author or worklog.author),
        "created": visit.stamp(worklog.created_at),
        "updated": visit.stamp(worklog.updated_at),
        "started": visit.stamp(worklog.started_at),
        "timeSpent": duration_text(worklog.seconds),
        "timeSpentSeconds": worklog.seconds,
        "id": str(worklog.id),
        "issueId": str(issue.id),
    }
    if worklog.comment:
        shape["comment"] = rich_text(visit, worklog.comment)
    if worklog.visibility:
        shape["visibility"] = worklog.visibility
    return shape


def attachment_addresses(visit: Visit, entry: Attachment) -> dict[str, str]:
    """Where a file's bytes are and, if it is a picture, those of a smaller one."""
    if visit.state.site.is_cloud:
        content, small = (visit.rest(f"attachment/{kind}/{entry.id}") for kind in ("content", "thumbnail"))
    else:
        content = visit.link(f"/secure/attachment/{entry.id}/{quote(entry.name)}")
        small = visit.link(f"/secure/thumbnail/{entry.id}/_thumb_{entry.id}.png")
    return {"content": content, "thumbnail": small} if entry.is_picture else {"content": content}


def attachment_shape(visit: Visit, entry: Attachment) -> Json:
    """A file's description, with the address of its bytes."""
    return {
        "self": visit.rest(f"attachment/{entry.id}"),
        "id": str(entry.id),
        "filename": entry.name,
        "author": person(visit, entry.author),
        "created": visit.stamp(entry.created_at),
        "size": len(entry.content),
        "mimeType": entry.media_type,
        **attachment_addresses(visit, entry),
    }
