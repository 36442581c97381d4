"""Boards, sprints and epics of the agile API."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.http import Response
from sandbox.jira.entities import Board, Sprint
from sandbox.jira.issue import Issue
from sandbox.jira.jql import parse, run
from sandbox.jira.jql.syntax import And, Clause, Node, Query, Value
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.planning import sprintshapes

PAGE = 50
_STATES = ("closed", "active", "future")


def boards(visit: Visit) -> Response:
    """GET board, filtered by type, name and projectKeyOrId."""
    kinds, text = visit.names("type"), visit.request.arg("name").lower()
    wanted = visit.request.arg("projectKeyOrId")
    project = projects.find(visit, wanted) if wanted else None
    found = [
        board
        for board in visit.state.boards.values()
        if visit.state.can_see_project(visit.user, board.project_id)
        and (not kinds or board.kind in kinds)
        and text in board.name.lower()
        and (project is None or board.project_id == project.id)
        and visit.request.arg("filterId") in ("", str(board.filter_id))
    ]
    if visit.request.arg("orderBy"):
        order = visit.request.arg("orderBy")
        if order not in ("name", "+name", "-name"):
            raise Refusal(400, f"The orderBy value '{order}' is not supported.")
        found.sort(key=lambda board: board.name.lower(), reverse=order == "-name")
    return paged(visit, [board_shape(visit, board) for board in found])


def board(visit: Visit, board_id: str) -> Response:
    """GET board/{id}"""
    return Response.json(board_shape(visit, find_board(visit, board_id)))


def configuration(visit: Visit, board_id: str) -> Response:
    """GET board/{id}/configuration"""
    found = find_board(visit, board_id)
    project = visit.state.projects[found.project_id]
    columns = [
        {
            "name": column.name,
            "statuses": [{"id": str(i), "self": visit.rest(f"status/{i}")} for i in column.status_ids],
        }
        for column in found.columns
    ]
    shape: Json = {
        "id": found.id,
        "name": found.name,
        "type": found.kind,
        "self": visit.link(f"/rest/agile/1.0/board/{found.id}/configuration"),
        "location": {
            "type": "project",
            "key": project.key,
            "id": str(project.id),
            "self": visit.rest(f"project/{project.id}"),
            "name": project.name,
        },
        "filter": {"id": str(found.filter_id), "self": visit.rest(f"filter/{found.filter_id}")},
        "columnConfig": {"columns": columns, "constraintType": "none"},
    }
    if found.kind != "kanban":
        shape["estimation"] = _estimation(visit, found)
    rank = visit.state.field_of("rank")
    if rank:
        shape["ranking"] = {"rankCustomFieldId": rank.number}
    return Response.json(shape)


def _estimation(visit: Visit, found: Board) -> Json:
    if found.estimation is None:
        return {"type": "none"}
    if found.estimation == "issueCount":
        return {"type": "issueCount"}
    field = visit.state.fields[found.estimation]
    return {"type": "field", "field": {"fieldId": field.id, "displayName": field.name}}


def board_sprints(visit: Visit, board_id: str) -> Response:
    """GET board/{id}/sprint: by state, then by position; without a total."""
    found, wanted = find_board(visit, board_id), visit.names("state") or list(_STATES)
    needs_sprints(found)
    unknown = [state for state in wanted if state not in _STATES]
    if unknown:
        raise Refusal(400, f"Invalid value '{unknown[0]}' for the parameter 'state'.")
    chosen = [s for s in visit.state.sprints.values() if s.board_id == found.id and s.state in wanted]
    chosen.sort(key=lambda sprint: (_STATES.index(sprint.state), sprint.position or sprint.id))
    return paged(visit, [sprintshapes.sprint(visit, sprint) for sprint in chosen], total=False)


def board_projects(visit: Visit, board_id: str) -> Response:
    """GET board/{id}/project"""
    project = visit.state.projects[find_board(visit, board_id).project_id]
    return paged(visit, [shapes.project(visit, project)])


def board_epics(visit: Visit, board_id: str) -> Response:
    """GET board/{id}/epic, perhaps only done ones."""
    found, done = find_board(visit, board_id), visit.request.arg("done")
    level = Clause("hierarchyLevel", "=", (Value("1"),))
    epics = run(Query(And((board_query(visit, found), level)), ()), visit.jql())
    epics.sort(key=lambda issue: issue.id)
    listed = [epic_shape(visit, epic) for epic in epics]
    chosen = [shape for shape in listed if done not in ("true", "false") or shape["done"] is (done == "true")]
    return paged(visit, chosen, total=False)


def sprint(visit: Visit, sprint_id: str) -> Response:
    """GET sprint/{id}"""
    return Response.json(sprintshapes.sprint(visit, find_sprint(visit, sprint_id)))


def epic(visit: Visit, key: str) -> Response:
    """GET epic/{key}; epics of team-managed projects are not known here."""
    return Response.json(epic_shape(visit, find_epic(visit, key)))


def needs_sprints(found: Board) -> None:
    """Refuse a board without sprints."""
    if found.kind == "kanban" or not found.sprints:
        raise Refusal(400, "The board does not support sprints")


def home(visit: Visit, found: Board) -> str:
    """The address of a board."""
    return visit.link(f"/rest/agile/1.0/board/{found.id}")


def find_board(visit: Visit, board_id: str) -> Board:
    """A visible board, or the 404."""
    found = visit.state.boards.get(int(board_id)) if board_id.isdigit() else None
    if found is None or not visit.state.can_see_project(visit.user, found.project_id):
        raise Refusal(
            404,
            "Requested board cannot be viewed because it either does not exist or you do not have permission "
            "to view it.",
        )
    return found


def find_sprint(visit: Visit, sprint_id: str) -> Sprint:
    """A sprint whose board, or any issue of which, is visible; or the 404."""
    state = visit.state
    found = state.sprints.get(int(sprint_id)) if sprint_id.isdigit() else None
    board = state.boards.get(found.board_id) if found else None
    if found and board and state.can_see_project(visit.user, board.project_id):
        return found
    if found and any(state.can_see(visit.user, state.issues[i]) for i in state.by_sprint[found.id]):
        return found
    raise Refusal(404, "Sprint does not exist or you do not have permission to view it.")


def find_epic(visit: Visit, key: str) -> Issue:
    """A visible epic of a company-managed project, or the 404."""
    issue = visit.issue(key)
    if not is_epic(visit, issue) or visit.state.projects[issue.project_id].style == "next-gen":
        raise Refusal(404, "The requested epic does not exist or you do not have permission to view it.")
    return issue


def board_query(visit: Visit, found: Board) -> Node:
    """What a board shows: its filter, or all of its project where it has no saved one."""
    saved = visit.state.filters.get(found.filter_id)
    if saved is None:
        return Clause("project", "=", (Value(str(found.project_id)),))
    return parse(saved.jql).where or Clause("created", ">", (Value("0"),))


def is_epic(visit: Visit, issue: Issue) -> bool:
    """Whether an issue is of level 1, whatever its type is called."""
    return visit.state.types[issue.type_id].level == 1


def epic_shape(visit: Visit, issue: Issue) -> Json:
    """An epic of the agile API; until somebody sets `done` it follows the workflow (unverified)."""
    state, name = visit.state, visit.state.field_of("epic_name")
    color = state.epic_colors.get(issue.id, f"color_{issue.id % 14 + 1}")
    closed = state.statuses[issue.status_id].category == "done"
    return {
        "id": issue.id,
        "key": issue.key,
        "self": visit.link(f"/rest/agile/1.0/epic/{issue.id}"),
        "name": issue.values.get(name.id, issue.summary) if name else issue.summary,
        "summary": issue.summary,
        "color": {"key": color},
        "done": state.epic_done.get(issue.id, closed),
    }


def board_shape(visit: Visit, found: Board) -> Json:
    """A board; in the Cloud with the project it lies in."""
    project = visit.state.projects[found.project_id]
    shape: Json = {"id": found.id, "self": home(visit, found), "name": found.name, "type": found.kind}
    if not visit.state.site.is_cloud:
        return shape
    return shape | {
        "location": {
            "projectId": project.id,
            "displayName": f"{project.name} ({project.key})",
            "projectName": project.name,
            "projectKey": project.key,
            "projectTypeKey": project.type_key,
            "avatarURI": shapes.project(visit, project)["avatarUrls"]["24x24"],
            "name": f"{project.name} ({project.key})",
        },
    }


def paged(visit: Visit, values: Sequence[Json], *, total: bool = True) -> Response:
    """A page of at most fifty, as agile lists are; some do not tell their total."""
    start, count = visit.number("startAt", 0), visit.number("maxResults", PAGE, most=PAGE)
    page = values[start : start + count]
    shape: Json = {"maxResults": count, "startAt": start, "isLast": start + len(page) >= len(values)}
    if total:
        shape["total"] = len(values)
    return Response.json({**shape, "values": page})


ROUTES = (
    ("GET", "board", boards),
    ("GET", "board/{board_id}", board),
    ("GET", "board/{board_id}/configuration", configuration),
    ("GET", "board/{board_id}/sprint", board_sprints),
    ("GET", "board/{board_id}/project", board_projects),
    ("GET", "board/{board_id}/epic", board_epics),
    ("GET", "sprint/{sprint_id}", sprint),
    ("GET", "epic/{key}", epic),
)
