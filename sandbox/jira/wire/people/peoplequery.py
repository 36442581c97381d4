"""People by what they are to issues, or by a property of theirs: the structured query over users."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from sandbox.http import Response
from sandbox.jira.entities import User
from sandbox.jira.issue import Issue
from sandbox.jira.wire.http import paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit

_ROLE = re.compile(r"is\s+(\w+)\s+of\s+(?:\(([^)]*)\)|(\S+))", re.IGNORECASE)
_PROPERTY = re.compile(r'\[([^\]]+)\]((?:\.[\w-]+)+)\s+is\s+"([^"]*)"', re.IGNORECASE)
_AND, _OR = (re.compile(rf"\s+{word}\s+", re.IGNORECASE) for word in ("and", "or"))
Test = Callable[[User], bool]


def _transitioners(issue: Issue) -> Iterable[str]:
    steps = (entry for entry in issue.histories if any(item.field == "status" for item in entry.items))
    return (entry.author for entry in steps)


_ROLES: dict[str, Callable[[Issue], Iterable[str | None]]] = {
    "assignee": lambda issue: (issue.assignee,),
    "reporter": lambda issue: (issue.reporter,),
    "watcher": lambda issue: issue.watchers,
    "voter": lambda issue: issue.voters,
    "commenter": lambda issue: (comment.author for comment in issue.comments or ()),
    "transitioner": _transitioners,
}


def find(visit: Visit) -> Response:
    """GET user/search/query"""
    shown = [shapes.user(visit, user) for user in _found(visit)]
    return paging.page(visit, shown, "user/search/query", size=100, most=1000)


def find_keys(visit: Visit) -> Response:
    """GET user/search/query/key"""
    shown = [{"accountId": user.account_id} for user in _found(visit)]
    return paging.page(visit, shown, "user/search/query/key", size=100, most=1000)


def _found(visit: Visit) -> list[User]:
    text = visit.request.arg("query").strip()
    if not text:
        raise Refusal(400, "The query must be given.")
    # AND binds closer than OR.
    choices = [[_test(visit, part) for part in _AND.split(choice)] for choice in _OR.split(text)]
    people = visit.state.people()
    return [user for user in people if any(all(test(user) for test in tests) for tests in choices)]


def _test(visit: Visit, statement: str) -> Test:
    role, held = _ROLE.fullmatch(statement.strip()), _PROPERTY.fullmatch(statement.strip())
    if role and role[1].lower() in _ROLES:
        of = _ROLES[role[1].lower()]
        names = (role[2] if role[2] is not None else role[3]).split(",")
        holders = {who for name in names for issue in _issues(visit, name.strip()) for who in of(issue)}
        return lambda user: user.account_id in holders
    if held:
        path = held[2].removeprefix(".").split(".")
        return lambda user: _value(user.properties.get(held[1]), path) == held[3]
    raise Refusal(400, f"The statement '{statement}' is not valid.")


def _issues(visit: Visit, name: str) -> list[Issue]:
    """The visible issues of a project, or the one with a key."""
    state = visit.state
    project, issue = state.project(name), state.issue(name)
    named = [state.issues[i] for i in state.by_project[project.id]] if project else [issue] if issue else []
    seen = [found for found in named if state.can_see(visit.user, found)]
    if not seen and project is None:
        raise Refusal(400, f"The project or issue '{name}' does not exist.")
    return seen


def _value(held: object, path: list[str]) -> object:
    for name in path:
        held = held.get(name) if isinstance(held, dict) else None
    return held


ROUTES = (
    ("GET", "user/search/query", find),
    ("GET", "user/search/query/key", find_keys),
)
