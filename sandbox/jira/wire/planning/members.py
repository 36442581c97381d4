"""Issues of a sprint, a board or an epic: the deprecated agile lists by offset, the newer ones by token."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sandbox.http import Response
from sandbox.jira.issue import Issue
from sandbox.jira.jql import JqlError, parse, run
from sandbox.jira.jql.syntax import And, Clause, Empty, Node, Or, Query, Value
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.planning import agile, sprintshapes
from sandbox.jira.wire.ticket.expansion import expanded_issue
from sandbox.jira.wire.ticket.issue import Selection, names_and_schema, select
from sandbox.jira.wire.ticket.search import Walks

_MOST = 5000
Source = Callable[..., Node]


class Members:
    """Issue lists of agile objects; shares the walks of the site's searches."""

    def __init__(self, walks: Walks) -> None:
        self._walks = walks

    def routes(self, *, by_token: bool) -> Iterator[tuple[str, str, Callable[..., Response]]]:
        """The lists of the agile API, or of the software API that pages by token."""
        for path, source in _SOURCES.items():
            yield "GET", path, self._tokened(source) if by_token else _offset(source)
            if by_token and path in _COUNTED:
                yield "GET", f"{path}/approximate-count", _counted(source)

        if not by_token:
            yield "GET", "issue/{key}", _issue

    def _tokened(self, source: Source) -> Callable[..., Response]:
        return lambda visit, **where: self._by_token(visit, source(visit, **where))

    def _by_token(self, visit: Visit, membership: Node) -> Response:
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


def _issue(visit: Visit, key: str) -> Response:
    """GET issue/{key} of the agile API, with the sprint and epic it is in."""
    selection = _selection(visit)
    return Response.json(_shape(visit, visit.issue(key), selection) | names_and_schema(selection))


def _offset(source: Source) -> Callable[..., Response]:
    return lambda visit, **where: _by_offset(visit, source(visit, **where))


def _counted(source: Source) -> Callable[..., Response]:
    return lambda visit, **where: Response.json({"count": len(_find(visit, source(visit, **where)))})


def _is(field: str, value: object) -> Clause:
    return Clause(field, "=", (Value(str(value)),))


def _of_sprint(visit: Visit, sprint_id: str) -> Node:
    return _is("sprint", agile.find_sprint(visit, sprint_id).id)


def _of_board(visit: Visit, board_id: str) -> Node:
    return agile.board_query(visit, agile.find_board(visit, board_id))


def _of_backlog(visit: Visit, board_id: str) -> Node:
    """What the board shows, is not done, and is in no active sprint."""
    found = agile.find_board(visit, board_id)
    running = [s for s in visit.state.sprints.values() if s.board_id == found.id and s.state == "active"]
    done, epics = (
        Clause("statusCategory", "!=", (Value("done"),)),
        Clause("hierarchyLevel", "!=", (Value("1"),)),
    )
    parts: list[Node] = [agile.board_query(visit, found), done, epics]
    if running:
        others = Clause("sprint", "not in", tuple(Value(str(sprint.id)) for sprint in running))
        parts.append(Or((Clause("sprint", "is", (Empty(),)), others)))
    return And(tuple(parts))


def _of_board_sprint(visit: Visit, board_id: str, sprint_id: str) -> Node:
    return And((_of_board(visit, board_id), _of_sprint(visit, sprint_id)))


def _of_epic(visit: Visit, key: str) -> Node:
    return _is("parent", agile.find_epic(visit, key).id)


def _of_no_epic(_visit: Visit) -> Node:
    return And((Clause("parent", "is", (Empty(),)), Clause("hierarchyLevel", "=", (Value("0"),))))


def _of_board_epic(visit: Visit, board_id: str, key: str) -> Node:
    return And((_of_board(visit, board_id), _of_epic(visit, key)))


def _of_board_no_epic(visit: Visit, board_id: str) -> Node:
    return And((_of_board(visit, board_id), _of_no_epic(visit)))


_SOURCES: dict[str, Source] = {
    "sprint/{sprint_id}/issue": _of_sprint,
    "board/{board_id}/issue": _of_board,
    "board/{board_id}/backlog": _of_backlog,
    "board/{board_id}/sprint/{sprint_id}/issue": _of_board_sprint,
    "board/{board_id}/epic/{key}/issue": _of_board_epic,
    "board/{board_id}/epic/none/issue": _of_board_no_epic,
    "epic/{key}/issue": _of_epic,
    "epic/none/issue": _of_no_epic,
}
_COUNTED = ("board/{board_id}/issue", "board/{board_id}/backlog")


def _by_offset(visit: Visit, membership: Node) -> Response:
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


def _find(visit: Visit, membership: Node) -> list[Issue]:
    try:
        asked = parse(visit.request.arg("jql"))
        where = And((membership, asked.where)) if asked.where else membership
        return run(Query(where, asked.order), visit.jql())
    except JqlError as error:
        raise Refusal(400, str(error)) from None


def _shape(visit: Visit, issue: Issue, selection: Selection) -> Json:
    shape = expanded_issue(visit, issue, selection, home=visit.link(f"/rest/agile/1.0/issue/{issue.id}"))
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
        "sprint": sprintshapes.sprint(visit, current) if current else None,
        "epic": epic,
    }
    closed = [sprintshapes.sprint(visit, s) for s in sprints if s.state == "closed"]
    return shape | ({"closedSprints": closed} if closed else {})
