"""Boards made and deleted, and what hangs on them: versions, projects, issues moved, estimates."""

from __future__ import annotations

from typing import Any, Literal

from sandbox.http import Response
from sandbox.jira import sprints, verbs
from sandbox.jira.entities import Board, CustomField
from sandbox.jira.founding import close_board, open_board
from sandbox.jira.issue import Issue
from sandbox.jira.jql import parse
from sandbox.jira.jql.syntax import And, Clause, Node, Value
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http import body, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.planning import agile
from sandbox.jira.wire.ticket import ranks

_KINDS: dict[str, Literal["scrum", "kanban", "simple"]] = {
    "scrum": "scrum", "kanban": "kanban", "agility": "simple", "simple": "simple",
}  # fmt: skip


def create(visit: Visit) -> Response:
    """POST board: over a saved filter, in a project."""
    given = body.read(visit, {"name": str, "type": str, "filterId": (int, str), "location": dict})
    if not 1 <= len(given.get("name", "")) <= 255:
        raise Refusal(400, fields={"name": "The board name must have between 1 and 255 characters."})
    kind = _KINDS.get(given.get("type", ""))
    if kind is None:
        raise Refusal(400, fields={"type": "The board type must be one of 'scrum', 'kanban' and 'agility'."})
    number = str(given.get("filterId", ""))
    saved = visit.state.filters.get(int(number)) if number.isdigit() else None
    if saved is None:
        raise Refusal(400, fields={"filterId": "The filter does not exist or you cannot see it."})
    key = given.get("location", {}).get("projectKeyOrId") or _project_named(parse(saved.jql).where)
    if not key:
        raise Refusal(400, fields={"location": "The board needs a project, by location or by its filter."})
    project = projects.find(visit, str(key))
    made = open_board(visit.state, given["name"], kind, project, saved.id, sprints=kind != "kanban")
    return Response.json(agile.board_shape(visit, made), 201)


def _project_named(node: Node | None) -> str:
    """The first project a query names."""
    if isinstance(node, And):
        return next((found for part in node.parts if (found := _project_named(part))), "")
    if isinstance(node, Clause) and node.field.lower() == "project" and isinstance(node.operands[0], Value):
        return node.operands[0].text
    return ""


def delete(visit: Visit, board_id: str) -> Response:
    """DELETE board/{id}"""
    found = agile.find_board(visit, board_id)
    message = "You must be an administrator of the board to delete it."
    visit.require("ADMINISTER_PROJECTS", message, found.project_id)
    close_board(visit.state, found)
    return Response(204)


def of_filter(visit: Visit, filter_id: str) -> Response:
    """GET board/filter/{id}"""
    boards = [b for b in visit.state.boards.values() if str(b.filter_id) == filter_id]
    seen = [b for b in boards if visit.state.can_see_project(visit.user, b.project_id)]
    return agile.paged(visit, [{"id": b.id, "self": agile.home(visit, b), "name": b.name} for b in seen])


def versions(visit: Visit, board_id: str) -> Response:
    """GET board/{id}/version, perhaps only released ones."""
    found, wanted = agile.find_board(visit, board_id), visit.request.arg("released")
    shown = [
        shapes.version(visit, entry) | {"id": entry.id, "projectId": entry.project_id}
        for entry in visit.state.versions.values()
        if entry.project_id == found.project_id and wanted in ("", str(entry.released).lower())
    ]
    return agile.paged(visit, shown, total=False)


def projects_full(visit: Visit, board_id: str) -> Response:
    """GET board/{id}/project/full"""
    found = agile.find_board(visit, board_id)
    project = visit.state.projects[found.project_id]
    return agile.paged(visit, [projects.listed(visit, project)])


def move_in(visit: Visit, board_id: str) -> Response:
    """POST board/{id}/issue: from the backlog onto the board, that is into its active sprint if it has them."""
    found = agile.find_board(visit, board_id)
    given = ranks.read(visit)
    issues = ranks.issues(visit, given)
    running = [s for s in visit.state.sprints.values() if s.board_id == found.id and s.state == "active"]
    if running:
        for issue in issues:
            sprints.put_in_sprint(visit.state, issue, running[0], by=visit.user.account_id, at=visit.now)
    return ranks.place(visit, issues, given)


def estimation_get(visit: Visit, key: str) -> Response:
    """GET issue/{key}/estimation?boardId="""
    issue, field = _estimated(visit, key)
    return Response.json(_estimate(issue, field))


def estimation_put(visit: Visit, key: str) -> Response:
    """PUT issue/{key}/estimation?boardId="""
    issue, field = _estimated(visit, key)
    text = body.read(visit, {"value": str}).get("value")
    try:
        points = None if text in (None, "") else float(text)
    except ValueError:
        raise Refusal(400, fields={"value": f"'{text}' is not a number."}) from None
    verbs.set_field(visit.state, issue, field.id, points, by=visit.user.account_id, at=visit.now)
    return Response.json(_estimate(issue, field))


def _estimated(visit: Visit, key: str) -> tuple[Issue, CustomField]:
    issue, number = visit.issue(key), visit.request.arg("boardId")
    if not number:
        raise Refusal(400, "The boardId must be given.")
    board: Board = agile.find_board(visit, number)
    field = visit.state.fields.get(board.estimation or "")
    if field is None:
        raise Refusal(400, "The board does not estimate with a field.")
    return issue, field


def _estimate(issue: Issue, field: CustomField) -> dict[str, Any]:
    value = issue.values.get(field.id)
    return {"fieldId": field.id} if value is None else {"fieldId": field.id, "value": value}


ROUTES = (
    ("POST", "board", create),
    ("DELETE", "board/{board_id}", delete),
    ("GET", "board/filter/{filter_id}", of_filter),
    ("GET", "board/{board_id}/version", versions),
    ("GET", "board/{board_id}/project/full", projects_full),
    ("POST", "board/{board_id}/issue", move_in),
    ("GET", "issue/{key}/estimation", estimation_get),
    ("PUT", "issue/{key}/estimation", estimation_put),
)
