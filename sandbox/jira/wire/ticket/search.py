"""Search by JQL: pages by token, caps, lag and its repair for named ids, and the removed endpoint."""

from __future__ import annotations

import base64
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sandbox.http import Response
from sandbox.jira.issue import Issue
from sandbox.jira.jql import UNBOUNDED, JqlError, parse, run, search
from sandbox.jira.jql.syntax import Clause, Value
from sandbox.jira.wire.http import body, datacenter
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.expansion import expanded_issue
from sandbox.jira.wire.ticket.issue import Selection, names_and_schema, select

_SCHEMA = {
    "jql": str,
    "nextPageToken": str,
    "maxResults": int,
    "fields": list,
    "expand": str,
    "properties": list,
    "fieldsByKeys": bool,
    "failFast": bool,
    "reconcileIssues": list,
    "includeArchivedProjects": bool,
}
_BARE_PAGE = 5000
_FULL_PAGE = 100
_KEPT_WALKS = 64


@dataclass(frozen=True, slots=True)
class Walk:
    """One search being paged through: what it found, for whom, and since when."""

    ids: Sequence[int]
    account_id: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a walk and the token of the next part, None at the end."""

    ids: Sequence[int]
    token: str | None


class Walks:
    """The searches that tokens lead to. Old ones make room for new ones."""

    def __init__(self) -> None:
        self._walks: OrderedDict[int, Walk] = OrderedDict()
        self._count = 0

    def start(self, visit: Visit, issues: Sequence[Issue], size: int) -> Page:
        """The first page of a new walk; nothing is kept when it is also the last."""
        ids = [issue.id for issue in issues]
        if len(ids) <= size:
            return Page(ids, None)
        self._count += 1
        self._walks[self._count] = Walk(ids, visit.user.account_id, visit.now)
        if len(self._walks) > _KEPT_WALKS:
            self._walks.popitem(last=False)
        return Page(ids[:size], _token(self._count, size))

    def resume(self, visit: Visit, token: str, size: int) -> Page:
        """The page a token leads to; a token that is foreign, forgotten or expired is refused."""
        number, offset = _read_token(token)
        walk = self._walks.get(number)
        expired = walk and visit.now - walk.started_at > visit.state.knobs.token_life
        if walk is None or expired or walk.account_id != visit.user.account_id:
            raise Refusal(400, "The provided next page token is invalid or expired.")
        end = offset + size
        return Page(walk.ids[offset:end], _token(number, end) if end < len(walk.ids) else None)


def _token(number: int, offset: int) -> str:
    return base64.urlsafe_b64encode(f"walk:{number}:{offset}".encode()).decode()


def _read_token(token: str) -> tuple[int, int]:
    try:
        _, number, offset = base64.urlsafe_b64decode(token).decode().split(":")
        return int(number), int(offset)
    except ValueError:
        raise Refusal(400, "The provided next page token is invalid or expired.") from None


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of one search request."""

    jql: str
    selection: Selection
    size: int
    token: str | None
    consistent: tuple[int, ...]


class Search:
    """The search resources of one site; holds the walks that tokens lead to."""

    def __init__(self, walks: Walks) -> None:
        self._walks = walks

    def get(self, visit: Visit) -> Response:
        """GET search/jql"""
        arguments: dict[str, Any] = {
            "jql": visit.request.arg("jql"),
            "maxResults": visit.number("maxResults", 50),
            "fields": visit.names("fields"),
            "expand": visit.request.arg("expand"),
            "properties": visit.names("properties"),
            "reconcileIssues": [_whole(text) for text in visit.names("reconcileIssues")],
        }
        token = visit.request.arg("nextPageToken")
        return self._answer(visit, arguments | ({"nextPageToken": token} if token else {}))

    def post(self, visit: Visit) -> Response:
        """POST search/jql"""
        lists = {"fields": str, "properties": str, "reconcileIssues": int}
        return self._answer(visit, body.read(visit, _SCHEMA, lists=lists))

    def _answer(self, visit: Visit, arguments: dict[str, Any]) -> Response:
        asked = _asked(visit, arguments)
        knobs = visit.state.knobs
        size = min(asked.size, knobs.short_pages or asked.size)
        if asked.token:
            page = self._walks.resume(visit, asked.token, size)
        else:
            page = self._walks.start(visit, find(visit, asked.jql, asked.consistent), size)
        answer: Json = {"issues": documents(visit, page.ids, asked), "isLast": page.token is None}
        token = page.token or (asked.token if knobs.repeat_token else None)
        if token:
            answer["nextPageToken"] = token
        if knobs.search_warnings:
            answer["warnings"] = list(knobs.search_warnings)
        return Response.json(answer | names_and_schema(asked.selection))

    def routes(self) -> tuple[tuple[str, str, Callable[..., Response]], ...]:
        """The paths of searching."""
        return (
            ("GET", "search", datacenter.search),
            ("POST", "search", datacenter.search),
            ("GET", "search/jql", self.get),
            ("POST", "search/jql", self.post),
            ("POST", "search/approximate-count", self.count),
        )

    def count(self, visit: Visit) -> Response:
        """POST search/approximate-count"""
        asked = body.read(visit, {"jql": str})
        return Response.json({"count": len(find(visit, asked.get("jql", "")))})


def find_for_offsets(visit: Visit, jql: str) -> list[Issue]:
    """Issues of a query in Data Center, where one without a restriction finds everything."""
    try:
        query = parse(jql)
        if query.where is None:
            query = replace(query, where=Clause("created", ">", (Value("0"),)))
        return run(query, visit.jql())
    except JqlError as error:
        raise Refusal(400, str(error)) from None


def find(visit: Visit, jql: str, consistent: Sequence[int] = ()) -> list[Issue]:
    """Issues of a query; what is wrong with it becomes a 400 in Jira's words."""
    if not jql.strip():
        raise Refusal(400, UNBOUNDED)
    try:
        return search(jql, visit.jql(), consistent=consistent)
    except JqlError as error:
        raise Refusal(400, str(error)) from None


def documents(visit: Visit, ids: Sequence[int], asked: Asked) -> list[Json]:
    """The issues of a page as the index shows them; those hidden or gone since are left out."""
    state, shown = visit.state, []
    state.lag.pending(visit.now)
    for issue_id in ids:
        present = state.issues.get(issue_id)
        fresh = issue_id in asked.consistent or not state.knobs.stale_values
        document = present if fresh else state.lag.view(issue_id, present)
        if document and state.can_see(visit.user, document):
            shown.append(expanded_issue(visit, document, asked.selection))
    return shown


def _asked(visit: Visit, arguments: dict[str, Any]) -> Asked:
    expand = [part.strip() for part in arguments.get("expand", "").split(",") if part.strip()]
    properties, consistent = arguments.get("properties", []), arguments.get("reconcileIssues", [])
    if len(properties) > 5:
        raise Refusal(400, "At most 5 properties can be requested.")
    if len(consistent) > 50:
        raise Refusal(400, "At most 50 issues can be reconciled.")
    selection = select(visit, arguments.get("fields", []), "id", expand=expand, properties=properties)
    cap = _BARE_PAGE if selection.bare and not expand else _FULL_PAGE
    size = max(1, min(arguments.get("maxResults", 50), cap))
    token = arguments.get("nextPageToken")
    return Asked(arguments.get("jql", ""), selection, size, token, tuple(consistent))


def _whole(text: str) -> int:
    if not text.isdigit():
        raise Refusal(400, f"'{text}' is not a numeric issue id.")
    return int(text)
