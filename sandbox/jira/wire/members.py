"""Issues of a sprint, a board or an epic: the deprecated agile lists by offset, the newer ones by token."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.entities import Issue
from sandbox.jira.jql import JqlError, parse, run
from sandbox.jira.jql.syntax import And, Clause, Query, Value
from sandbox.jira.wire import agile, shapes
from sandbox.jira.wire.errors import Refusal
from sandbox.jira.wire.issue import Selection, issue_shape, names_and_schema, select
from sandbox.jira.wire.search import Walks
from sandbox.jira.wire.shapes import Json
from sandbox.jira.wire.visit import Visit

_MOST = 5000


class Members:
    """Issue lists of agile objects; shares the walks of the site's searches."""

    def __init__(self, walks: Walks) -> None:
        self._walks = walks

    def sprint_by_offset(self, visit: Visit, sprint_id: str) -> Response:
        """GET agile sprint/{id}/issue"""
        return _by_offset(visit, _of_sprint(visit, sprint_id))

    def board_by_offset(self, visit: Visit, board_id: str) -> Response:
        """GET agile board/{id}/issue"""
        return _by_offset(visit, _of_board(visit, board_id))

    def epic_by_offset(self, visit: Visit, key: str) -> Response:
        """GET agile epic/{key}/issue"""
        return _by_offset(visit, _of_epic(visit, key))

    def sprint_by_token(self, visit: Visit, sprint_id: str) -> Response:
        """GET software sprint/{id}/issue"""
        return self._by_token(visit, _of_sprint(visit, sprint_id))

    def board_by_token(self, visit: Visit, board_id: str) -> Response:
        """GET software board/{id}/issue"""
        return self._by_token(visit, _of_board(visit, board_id))

    def epic_by_token(self, visit: Visit, key: str) -> Response:
        """GET software epic/{key}/issue"""
        return self._by_token(visit, _of_epic(visit, key))

    def _by_token(self, visit: Visit, membership: Clause) -> Response:
        selection, size = _selection(visit), max(1, visit.number("maxResults", 50, most=_MOST))
        size = min(size, visit.state.knobs.short_pages or size)
        token = visit.request.arg("nextPageToken")
        if token:
            page = self._walks.resume(visit, token, size)
        else:
            page = self._walks.start(visit, _find(visit, membership), size)
        present = (visit.state.issues.get(issue_id) for issue_id in page.ids)
        shown = [_shape(visit, i, selection) for i in present if i and visit.state.can_see(visit.user, i)]
        answer: Json = {"issues": shown, "isLast": page.token is None}
        if page.token:
            answer["nextPageToken"] = page.token
        return Response.json(answer | names_and_schema(selection))


def _of_sprint(visit: Visit, sprint_id: str) -> Clause:
    found = agile.find_sprint(visit, sprint_id)
    return Clause("sprint", "=", (Value(str(found.id)),))


def _of_board(visit: Visit, board_id: str) -> Clause:
    found = agile.find_board(visit, board_id)
    return Clause("project", "=", (Value(str(found.project_id)),))


def _of_epic(visit: Visit, key: str) -> Clause:
    return Clause("parent", "=", (Value(str(agile.find_epic(visit, key).id)),))


def _by_offset(visit: Visit, membership: Clause) -> Response:
    selection, found = _selection(visit), _find(visit, membership)
    start, count = visit.number("startAt", 0), visit.number("maxResults", 50, most=_MOST)
    shown = [_shape(visit, issue, selection) for issue in found[start : start + count]]
    return Response.json(
        {
            "expand": "schema,names",
            "startAt": start,
            "maxResults": count,
            "total": len(found),
            "issues": shown,
            **names_and_schema(selection),
        }
    )


def _selection(visit: Visit) -> Selection:
    return select(visit, visit.names("fields"), "*all", expand=visit.names("expand"))


def _find(visit: Visit, membership: Clause) -> list[Issue]:
    try:
        asked = parse(visit.request.arg("jql"))
        where = And((membership, asked.where)) if asked.where else membership
        return run(Query(where, asked.order), visit.jql())
    except JqlError as error:
        raise Refusal(400, str(error)) from None


def _shape(visit: Visit, issue: Issue, selection: Selection) -> Json:
    shape = issue_shape(visit, issue, selection, home=visit.link(f"/rest/agile/1.0/issue/{issue.id}"))
    if not selection.named and "fields" in shape:
        shape["fields"] |= _agile_fields(visit, issue)
    return shape


def _agile_fields(visit: Visit, issue: Issue) -> Json:
    sprints = [visit.state.sprints[i] for i in issue.sprint_ids]
    current = next((s for s in sprints if s.state != "closed"), None)
    parent = visit.state.issues.get(issue.parent_id or -1)
    classic = visit.state.projects[issue.project_id].style == "classic"
    epic = agile.epic_shape(visit, parent) if parent and classic and agile.is_epic(visit, parent) else None
    shape: Json = {
        "flagged": False,
        "sprint": shapes.sprint(visit, current) if current else None,
        "epic": epic,
    }
    closed = [shapes.sprint(visit, s) for s in sprints if s.state == "closed"]
    return shape | ({"closedSprints": closed} if closed else {})
