"""Requests that move a list of issues and perhaps rank them before or after another."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.issue import Issue
from sandbox.jira.ranking import rank_issues
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.planning import agile

_SCHEMA: body.Schema = {
    "issues": list, "rankBeforeIssue": str, "rankAfterIssue": str, "rankCustomFieldId": int,
}  # fmt: skip
_MOST = 50


def read(visit: Visit) -> dict[str, Any]:
    """The body of such a request."""
    given = body.read(visit, _SCHEMA, lists={"issues": str})
    if "rankBeforeIssue" in given and "rankAfterIssue" in given:
        raise Refusal(400, "Only one of rankBeforeIssue and rankAfterIssue can be given.")
    return given


def issues(visit: Visit, given: dict[str, Any]) -> list[Issue]:
    """The issues it names: at most 50, all visible."""
    names = given.get("issues", [])
    if len(names) > _MOST:
        raise Refusal(400, "The maximum number of issues that can be moved in one operation is 50.")
    return [visit.issue(name) for name in dict.fromkeys(names)]


def place(visit: Visit, moved: list[Issue], given: dict[str, Any]) -> Response:
    """Rank the issues where the body says, if it does."""
    ends = {name: given.get(f"rank{name}Issue") for name in ("Before", "After")}
    found = {name: visit.issue(key) for name, key in ends.items() if key}
    if found:
        before, after = found.get("Before"), found.get("After")
        by, at = visit.user.account_id, visit.now
        anchor = before or after
        rest = [issue for issue in moved if issue is not anchor]
        rank_issues(visit.state, rest, before=before, after=after, by=by, at=at)
    return Response(204)


def rank(visit: Visit) -> Response:
    """PUT issue/rank"""
    given = read(visit)
    if not given.keys() & {"rankBeforeIssue", "rankAfterIssue"}:
        raise Refusal(400, "Either rankBeforeIssue or rankAfterIssue must be given.")
    return place(visit, issues(visit, given), given)


def rank_epic(visit: Visit, key: str) -> Response:
    """PUT epic/{key}/rank"""
    epic = agile.find_epic(visit, key)
    given = body.read(visit, {"rankBeforeEpic": str, "rankAfterEpic": str, "rankCustomFieldId": int})
    ends = {name: given.get(f"rank{name}Epic") for name in ("Before", "After")}
    return place(visit, [epic], {f"rank{name}Issue": value for name, value in ends.items()})


ROUTES = (
    ("PUT", "issue/rank", rank),
    ("PUT", "epic/{key}/rank", rank_epic),
)
