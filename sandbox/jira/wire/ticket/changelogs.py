"""Histories on the wire: paged for one issue, embedded by `expand`, and in bulk for many."""

from __future__ import annotations

import base64
from typing import Any

from sandbox.http import Response
from sandbox.jira.issue import History, Issue, Item
from sandbox.jira.wire.http import body, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

PAGE = 100
_BULK_SCHEMA = {"issueIdsOrKeys": list, "fieldIds": list, "maxResults": int, "nextPageToken": str}
_PEOPLE = frozenset(("assignee", "reporter"))


def history_shape(visit: Visit, history: History, items: tuple[Item, ...] | None = None) -> Json:
    """One history entry, or only the given `items` of it."""
    return {
        "id": str(history.id),
        "author": shapes.person(visit, history.author),
        "created": visit.stamp(history.at),
        "items": [_item(item) for item in (history.items if items is None else items)],
    }


def _item(item: Item) -> Json:
    shape: Json = {"field": item.field, "fieldtype": "custom" if item.custom else "jira"}
    if item.field_id is not None:
        shape["fieldId"] = item.field_id
    shape |= {"from": item.old, "fromString": item.old_text, "to": item.new, "toString": item.new_text}
    if item.field in _PEOPLE:
        shape |= {"tmpFromAccountId": item.old, "tmpToAccountId": item.new}
    return shape


def embedded(visit: Visit, issue: Issue, most: int = PAGE) -> Json:
    """What `expand=changelog` adds: the newest first, no more than `most`."""
    newest = issue.histories[: -most - 1 : -1]
    return {
        "startAt": 0,
        "maxResults": len(newest),
        "total": len(issue.histories),
        "histories": [history_shape(visit, history) for history in newest],
    }


def of_issue(visit: Visit, key: str) -> Response:
    """GET issue/{key}/changelog: the oldest first."""
    issue = visit.issue(key)
    start, count = visit.number("startAt", 0), visit.number("maxResults", PAGE, most=PAGE)
    page = issue.histories[start : start + count]
    last = start + len(page) >= len(issue.histories)
    path = f"issue/{key}/changelog?maxResults={count}&startAt="
    shape: Json = {
        "self": visit.rest(f"{path}{start}"),
        "maxResults": count,
        "startAt": start,
        "total": len(issue.histories),
        "isLast": last,
        "values": [history_shape(visit, history) for history in page],
    }
    if not last:
        shape["nextPage"] = visit.rest(f"{path}{start + count}")
    return Response.json(shape)


def bulk(visit: Visit) -> Response:
    """POST changelog/bulkfetch: histories of many issues, oldest first, grouped by issue within a page.

    With `fieldIds` only items of those fields are shown (that other items of an entry are left out is
    unverified).
    """
    asked = body.read(visit, _BULK_SCHEMA, lists={"issueIdsOrKeys": str, "fieldIds": str})
    entries = _chosen(visit, asked)
    start, count = _offset(asked.get("nextPageToken")), asked.get("maxResults", 1000)
    if not 1 <= count <= 10_000:
        raise Refusal(400, "maxResults must be between 1 and 10000.")
    grouped: dict[int, list[Json]] = {}
    for issue_id, history, items in entries[start : start + count]:
        shape = history_shape(visit, history, items)
        if visit.state.knobs.created_as_number:
            shape["created"] = round(history.at.timestamp() * 1000)
        grouped.setdefault(issue_id, []).append(shape)
    answer: Json = {
        "issueChangeLogs": [{"issueId": str(i), "changeHistories": shapes_} for i, shapes_ in grouped.items()]
    }
    if start + count < len(entries):
        answer["nextPageToken"] = base64.urlsafe_b64encode(str(start + count).encode()).decode()
    return Response.json(answer)


def _chosen(visit: Visit, asked: dict[str, Any]) -> list[tuple[int, History, tuple[Item, ...]]]:
    names, wanted = asked.get("issueIdsOrKeys", []), frozenset(asked.get("fieldIds", []))
    if not 1 <= len(names) <= 1000:
        raise Refusal(400, "Between 1 and 1000 issue ids or keys are required.")
    if len(wanted) > 10:
        raise Refusal(400, "At most 10 field ids are allowed.")
    found = (visit.state.issue(name) for name in names)
    visible = {issue.id: issue for issue in found if issue and visit.state.can_see(visit.user, issue)}
    entries = []
    for issue in visible.values():
        for history in issue.histories:
            items = tuple(item for item in history.items if not wanted or item.field_id in wanted)
            if items:
                entries.append((issue.id, history, items))
    entries.sort(key=lambda entry: (entry[1].at, entry[0], entry[1].id))
    return entries


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token))
    except ValueError:
        raise Refusal(400, "The provided next page token is invalid.") from None


def by_ids(visit: Visit, key: str) -> Response:
    """POST issue/{key}/changelog/list: the named entries, the oldest first."""
    issue = visit.state.issue(key)
    if issue is None or not visit.state.can_see(visit.user, issue):
        raise Refusal(404, "Issue does not exist or you do not have permission to see it.")
    asked = body.read(visit, {"changelogIds": list}, lists={"changelogIds": int})
    wanted = set(asked.get("changelogIds", []))
    found = [history_shape(visit, history) for history in issue.histories if history.id in wanted]
    page = {"startAt": 0, "maxResults": len(found), "total": len(found)}
    return Response.json({**page, "histories": found})


ROUTES = (
    ("GET", "issue/{key}/changelog", of_issue),
    ("POST", "issue/{key}/changelog/list", by_ids),
    ("POST", "changelog/bulkfetch", bulk),
)
