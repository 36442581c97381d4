"""Sprints planned, started, closed, reordered and deleted, and issues moved into them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.http import Response
from sandbox.jira import sprints
from sandbox.jira.entities import Sprint
from sandbox.jira.verbs import to_millisecond
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.inputs import BadValue, moment
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.planning import agile, sprintshapes
from sandbox.jira.wire.ticket import ranks

_CREATE: body.Schema = {"name": str, "startDate": str, "endDate": str, "originBoardId": int, "goal": str}
_UPDATE: body.Schema = {
    **dict.fromkeys(("name", "state", "startDate", "endDate", "completeDate", "createdDate", "goal", "self"), str),
    **dict.fromkeys(("id", "originBoardId"), int),
}  # fmt: skip
_DATES = {"startDate": "starts_at", "endDate": "ends_at"}


def create(visit: Visit) -> Response:
    """POST sprint: a future one."""
    given = body.read(visit, _CREATE)
    if not given.get("name", "").strip():
        raise Refusal(400, fields={"name": "Sprint name must be set."})
    if len(given["name"]) > visit.state.knobs.sprint_name_limit:
        limit = visit.state.knobs.sprint_name_limit
        raise Refusal(400, fields={"name": f"Sprint name must be shorter than {limit} characters."})
    if "originBoardId" not in given:
        raise Refusal(400, fields={"originBoardId": "The originBoardId must be set."})
    board = agile.find_board(visit, str(given["originBoardId"]))
    agile.needs_sprints(board)
    _may_manage(visit, board.project_id)
    dates = {name: _date(given, name) for name in _DATES}
    _in_order(dates["startDate"], dates["endDate"])
    made = sprints.create_sprint(
        visit.state,
        board.id,
        given["name"],
        at=visit.now,
        starts_at=dates["startDate"],
        ends_at=dates["endDate"],
        goal=given.get("goal", ""),
    )
    sprints.tell(visit.state, "sprint_created", made, by=visit.user.account_id, at=visit.now)
    return Response.json(sprintshapes.sprint(visit, made), 201)


def update(visit: Visit, sprint_id: str) -> Response:
    """POST sprint/{id}: what is given changes."""
    found, given = _to_manage(visit, sprint_id), body.read(visit, _UPDATE)
    return _change(visit, found, given)


def replace(visit: Visit, sprint_id: str) -> Response:
    """PUT sprint/{id}: the whole sprint; what is not given becomes empty."""
    found, given = _to_manage(visit, sprint_id), body.read(visit, _UPDATE)
    if not given.get("name") or not given.get("state"):
        missing = [name for name in ("name", "state") if not given.get(name)]
        raise Refusal(400, fields={name: f"Sprint {name} must be set." for name in missing})
    if found.state != "closed":
        for name, slot in _DATES.items():
            if name not in given:
                setattr(found, slot, None)
    return _change(visit, found, {"goal": "", **given})


def _change(visit: Visit, found: Sprint, given: dict[str, Any]) -> Response:
    wanted = given.get("state", found.state)
    dates = {name: _date(given, name) for name in _DATES}
    if found.state == "closed" and any(at and at != getattr(found, _DATES[n]) for n, at in dates.items()):
        raise Refusal(400, "Closed sprints cannot be changed except for their name and goal.")
    if "name" in given and not given["name"].strip():
        raise Refusal(400, fields={"name": "Sprint name must be set."})
    starts, ends = dates["startDate"] or found.starts_at, dates["endDate"] or found.ends_at
    _in_order(starts, ends)
    step = None if wanted == found.state else _step(visit, found, wanted, starts, ends)
    found.name, found.goal = given.get("name", found.name), given.get("goal", found.goal)
    found.starts_at, found.ends_at = starts, ends
    if step is None:
        sprints.tell(visit.state, "sprint_updated", found, by=visit.user.account_id, at=visit.now)
    else:
        step()
    return Response.json(sprintshapes.sprint(visit, found))


def _step(
    visit: Visit, found: Sprint, wanted: str, starts: datetime | None, ends: datetime | None
) -> Callable[[], object]:
    """The change of state that is asked for, or the refusal."""
    state, by, at = visit.state, visit.user.account_id, visit.now
    if (found.state, wanted) == ("future", "active"):
        if starts is None or ends is None:
            raise Refusal(400, "To start a sprint, both the start date and the end date must be set.")
        rivals = (s for s in state.sprints.values() if s.board_id == found.board_id and s.state == "active")
        if not state.knobs.parallel_sprints and any(rivals):
            raise Refusal(400, "There is already an active sprint on this board.")
        return lambda: sprints.begin(state, found, by=by, at=at)
    if (found.state, wanted) == ("active", "closed"):
        return lambda: sprints.close_sprint(state, found, by=by, at=at)
    if (found.state, wanted) == ("closed", "active") and state.knobs.sprints_reopen:
        return lambda: sprints.reopen_sprint(found)
    raise Refusal(400, f"A sprint in state {found.state} cannot be changed to {wanted}.")


def delete(visit: Visit, sprint_id: str) -> Response:
    """DELETE sprint/{id}: its open issues go back to the backlog."""
    found = _to_manage(visit, sprint_id)
    sprints.delete_sprint(visit.state, found, by=visit.user.account_id, at=visit.now)
    return Response(204)


def swap(visit: Visit, sprint_id: str) -> Response:
    """POST sprint/{id}/swap: the two change places on the board."""
    found = _to_manage(visit, sprint_id)
    other = agile.find_sprint(visit, str(body.read(visit, {"sprintToSwapWith": int}).get("sprintToSwapWith")))
    mine, theirs = found.position or found.id, other.position or other.id
    found.position, other.position = theirs, mine
    return Response(204)


def move_in(visit: Visit, sprint_id: str) -> Response:
    """POST sprint/{id}/issue: at most 50 issues, ranked if asked."""
    found = _to_manage(visit, sprint_id)
    if found.state == "closed":
        raise Refusal(400, "Issues can only be moved to open or active sprints.")
    given = ranks.read(visit)
    issues = ranks.issues(visit, given)
    for issue in issues:
        sprints.put_in_sprint(visit.state, issue, found, by=visit.user.account_id, at=visit.now)
    return ranks.place(visit, issues, given)


def move_out(visit: Visit, board_id: str = "") -> Response:
    """POST backlog/issue, or backlog/{board}/issue: out of every open sprint."""
    if board_id:
        agile.find_board(visit, board_id)
    given = ranks.read(visit)
    issues = ranks.issues(visit, given)
    for issue in issues:
        sprints.put_in_sprint(visit.state, issue, None, by=visit.user.account_id, at=visit.now)
    return ranks.place(visit, issues, given)


def _to_manage(visit: Visit, sprint_id: str) -> Sprint:
    found = agile.find_sprint(visit, sprint_id)
    board = visit.state.boards.get(found.board_id)
    if board is not None:
        _may_manage(visit, board.project_id)
    return found


def _may_manage(visit: Visit, project_id: int) -> None:
    message = "You must have the Manage Sprints permission to change sprints of this board."
    visit.require("MANAGE_SPRINTS_PERMISSION", message, project_id)


def _date(given: dict[str, Any], name: str) -> datetime | None:
    if not given.get(name):
        return None
    try:
        return to_millisecond(moment(given[name]))
    except BadValue:
        raise Refusal(400, fields={name: f"The date '{given[name]}' could not be parsed."}) from None


def _in_order(starts: datetime | None, ends: datetime | None) -> None:
    if starts and ends and ends <= starts:
        raise Refusal(400, fields={"endDate": "The start date of a sprint must be before the end date."})


ROUTES = (
    ("POST", "sprint", create),
    ("POST", "sprint/{sprint_id}", update),
    ("PUT", "sprint/{sprint_id}", replace),
    ("DELETE", "sprint/{sprint_id}", delete),
    ("POST", "sprint/{sprint_id}/swap", swap),
    ("POST", "sprint/{sprint_id}/issue", move_in),
    ("POST", "backlog/issue", move_out),
    ("POST", "backlog/{board_id}/issue", move_out),
)
