"""Comments written, corrected and removed. They move `updated` but are not in the history, as in Jira."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.jira.events import Event
from sandbox.jira.issue import Issue
from sandbox.jira.parts import Comment
from sandbox.jira.state import JiraState
from sandbox.jira.verbs import to_millisecond


def add_comment(
    state: JiraState,
    issue: Issue,
    body: str,
    *,
    by: str,
    at: datetime,
    visibility: dict[str, Any] | None = None,
) -> Comment:
    """Write a comment."""
    at = to_millisecond(at)
    comment = Comment(state.next_id("comment"), by, body, at, at, by, visibility)
    issue.comments = [*(issue.comments or ()), comment]
    _tell(state, "comment_created", issue, comment, by, at)
    return comment


def edit_comment(
    state: JiraState,
    issue: Issue,
    comment: Comment,
    body: str,
    *,
    by: str,
    at: datetime,
    visibility: dict[str, Any] | None = None,
) -> None:
    """Replace what a comment says and who may read it."""
    comment.body, comment.visibility = body, visibility
    comment.update_author, comment.updated_at = by, to_millisecond(at)
    _tell(state, "comment_updated", issue, comment, by, comment.updated_at)


def delete_comment(state: JiraState, issue: Issue, comment: Comment, *, by: str, at: datetime) -> None:
    """Remove a comment."""
    issue.comments = [entry for entry in issue.comments or () if entry is not comment]
    _tell(state, "comment_deleted", issue, comment, by, to_millisecond(at))


def _tell(state: JiraState, name: str, issue: Issue, comment: Comment, by: str, at: datetime) -> None:
    state.lag.remember(issue.id, issue, at)
    state.touch(issue, at)
    if state.listeners:
        state.announce(Event(name, at, by, comment, issue))
