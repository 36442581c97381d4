"""Watchers and votes of an issue."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.issue import Issue
from sandbox.jira.wire.http import body, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.people import users
from sandbox.jira.wire.ticket.values import system_value


def watchers(visit: Visit, key: str) -> Response:
    """GET issue/{key}/watchers"""
    issue = visit.issue(key)
    return Response.json(_shape(visit, issue, "watches", "watchers", issue.watchers))


def watch(visit: Visit, key: str) -> Response:
    """POST issue/{key}/watchers: the account id as a JSON string; nothing means oneself."""
    issue = visit.issue(key)
    given = body.read_raw(visit) if visit.request.body else visit.user.account_id
    who = visit.find_user(given) if isinstance(given, str) else None
    if who is None:
        raise Refusal(404, f"The user '{given}' does not exist.")
    _manage(visit, issue, who.account_id)
    if who.account_id not in issue.watchers:
        issue.watchers = (*issue.watchers, who.account_id)
    return Response(204)


def unwatch(visit: Visit, key: str) -> Response:
    """DELETE issue/{key}/watchers"""
    issue = visit.issue(key)
    name = users.identifier(visit) or visit.user.account_id
    who = visit.find_user(name)
    if who is None:
        raise Refusal(404, f"The user '{name}' does not exist.")
    _manage(visit, issue, who.account_id)
    issue.watchers = tuple(watcher for watcher in issue.watchers if watcher != who.account_id)
    return Response(204)


def watched(visit: Visit) -> Response:
    """POST issue/watching: which of some issues the caller watches; what they cannot see, they do not."""
    given = body.read(visit, {"issueIds": list}).get("issueIds", [])
    found = {str(number): visit.state.issue(str(number)) for number in given}
    mine = {
        number: issue is not None
        and visit.state.can_see(visit.user, issue)
        and visit.user.account_id in issue.watchers
        for number, issue in found.items()
    }
    return Response.json({"issuesIsWatching": mine})


def _manage(visit: Visit, issue: Issue, account_id: str) -> None:
    """Everybody watches for themselves; for others only who manages watchers."""
    if account_id != visit.user.account_id:
        visit.require("MANAGE_WATCHERS", "You do not have permission to manage the watcher list.", issue)


def votes(visit: Visit, key: str) -> Response:
    """GET issue/{key}/votes"""
    issue = visit.issue(key)
    return Response.json(_shape(visit, issue, "votes", "voters", issue.voters))


def vote(visit: Visit, key: str) -> Response:
    """POST issue/{key}/votes; the reporter cannot."""
    issue, who = visit.issue(key), visit.user.account_id
    if issue.reporter == who:
        raise Refusal(404, "You cannot vote for an issue you have reported.")
    if issue.resolution_id is not None:
        raise Refusal(404, "You cannot vote for a resolved issue.")
    if who not in issue.voters:
        issue.voters = (*issue.voters, who)
    return Response(204)


def unvote(visit: Visit, key: str) -> Response:
    """DELETE issue/{key}/votes; no vote to take back is no error."""
    issue, who = visit.issue(key), visit.user.account_id
    issue.voters = tuple(voter for voter in issue.voters if voter != who)
    return Response(204)


def _shape(visit: Visit, issue: Issue, field_id: str, name: str, people: tuple[str, ...]) -> Json:
    count = system_value(visit, issue, field_id)
    return {**count, name: [shapes.user(visit, visit.state.users[who]) for who in people]}  # type: ignore[dict-item]


ROUTES = (
    ("POST", "issue/watching", watched),
    ("GET", "issue/{key}/watchers", watchers),
    ("POST", "issue/{key}/watchers", watch),
    ("DELETE", "issue/{key}/watchers", unwatch),
    ("GET", "issue/{key}/votes", votes),
    ("POST", "issue/{key}/votes", vote),
    ("DELETE", "issue/{key}/votes", unvote),
)
