"""What webhooks are told: each event as the JSON a site posts."""

from __future__ import annotations

from datetime import datetime

from sandbox.http import Request
from sandbox.jira.entities import Sprint, User
from sandbox.jira.events import Event
from sandbox.jira.issue import Issue, Worklog
from sandbox.jira.jql import JqlError, check, matcher
from sandbox.jira.parts import Comment, IssueLink
from sandbox.jira.state import JiraState
from sandbox.jira.webhooks import Hook
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.planning import sprintshapes
from sandbox.jira.wire.ticket import contributions
from sandbox.jira.wire.ticket.changelogs import history_shape
from sandbox.jira.wire.ticket.issue import issue_shape, select

_REASONS = {
    "jira:issue_created": "issue_created",
    "jira:issue_updated": "issue_generic",
    "jira:issue_deleted": "issue_deleted",
}
_NO_REQUEST = Request("GET", "/")


def payload(state: JiraState, event: Event) -> Json:
    """An event's JSON; issues look as REST v2 shows them to somebody who sees everything."""
    visit = Visit(state, _everything(), event.at, _NO_REQUEST, "2")
    shape: Json = {"timestamp": round(event.at.timestamp() * 1000), "webhookEvent": event.name}
    if event.name in _REASONS:
        shape["issue_event_type_name"] = _reason(event)
        if event.by in state.users:
            shape["user"] = shapes.person(visit, event.by)
    if event.issue is not None:
        shape["issue"] = issue_shape(visit, event.issue, select(visit, [], "*all"))
    if event.history is not None:
        told = history_shape(visit, event.history)
        shape["changelog"] = {"id": told["id"], "items": told["items"]}
    return shape | _subject(visit, event)


def _subject(visit: Visit, event: Event) -> Json:
    match event.subject:
        case Comment() as comment if event.issue:
            return {"comment": contributions.comment_shape(visit, event.issue, comment)}
        case Worklog() as worklog if event.issue:
            return {"worklog": contributions.worklog_shape(visit, event.issue, worklog)}
        case Sprint() as sprint:
            return {"sprint": sprintshapes.sprint(visit, sprint)}
        case IssueLink() as link:
            ends = {"sourceIssueId": link.source_id, "destinationIssueId": link.target_id}
            kind = visit.state.link_types[link.type_id]
            names = {"id": kind.id, "name": kind.name, "inwardName": kind.inward, "outwardName": kind.outward}
            return {"issueLink": {"id": link.id, **ends, "issueLinkType": names}}
        case (str() as key, value):
            return {"property": {"key": key, "value": value}}
        case _:
            return {}


def _reason(event: Event) -> str:
    fields = {item.field for item in event.history.items} if event.history else set()
    if fields == {"assignee"}:
        return "issue_assigned"
    if "timespent" in fields:
        return "issue_work_logged"
    return _REASONS[event.name]


def _everything() -> User:
    return User("", "Webhooks", "", admin=True)


def filtered(state: JiraState, hook: Hook, issue: Issue, at: datetime) -> bool:
    """Whether a hook's filter finds an issue; one that makes no sense any more finds none."""
    owner = state.users.get(hook.owner, _everything())
    visit = Visit(state, owner, at, _NO_REQUEST, "2")
    try:
        return matcher(check(hook.jql, visit.jql()), visit.jql())(issue)
    except JqlError:
        return False
