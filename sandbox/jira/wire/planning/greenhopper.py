"""The unofficial API behind a board's reports: boards, their sprints, the sprint report and velocity.

It is undocumented; shapes follow what public clients read of it (unverified).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sandbox.http import Response
from sandbox.jira.entities import Board, Sprint
from sandbox.jira.sprintreport import Part, SprintReport, sprint_reports
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.planning import agile

_VELOCITY = 12  # so many closed sprints are in the chart
_STATES = ("closed", "active", "future")


def boards(visit: Visit) -> Response:
    """GET rapidview"""
    seen = [b for b in visit.state.boards.values() if visit.state.can_see_project(visit.user, b.project_id)]
    return Response.json({"views": [_view(board) for board in seen]})


def board(visit: Visit, board_id: str) -> Response:
    """GET rapidview/{id}"""
    return Response.json(_view(agile.find_board(visit, board_id)))


def sprints(visit: Visit, board_id: str) -> Response:
    """GET sprintquery/{board}: closed sprints first, future ones if asked for."""
    board = _board(visit, board_id)
    wanted = _STATES if visit.request.arg("includeFutureSprints") == "true" else _STATES[:2]
    chosen = [s for s in visit.state.sprints.values() if s.board_id == board.id and s.state in wanted]
    chosen.sort(key=lambda sprint: (_STATES.index(sprint.state), sprint.position or sprint.id))
    return Response.json({"sprints": [brief(sprint) for sprint in chosen], "rapidViewId": board.id})


def report(visit: Visit) -> Response:
    """GET rapid/charts/sprintreport?rapidViewId=&sprintId="""
    board = _board(visit, visit.request.arg("rapidViewId"))
    sprint = agile.find_sprint(visit, visit.request.arg("sprintId"))
    if sprint.state == "future":
        raise Refusal(400, "The sprint has not been started yet.")
    (found,) = sprint_reports(visit.state, board, [sprint], visit.user, visit.now)
    done = {part.issue.id for part in (*found.completed, *found.elsewhere)}

    def listed(parts: Sequence[Part]) -> list[Json]:
        return [issue_shape(visit, board, part, done=part.issue.id in done) for part in parts]

    contents: Json = {
        "completedIssues": listed(found.completed),
        "issuesNotCompletedInCurrentSprint": listed(found.unfinished),
        "puntedIssues": listed(found.removed),
        "issuesCompletedInAnotherSprint": listed(found.elsewhere),
        **_sums("completedIssues", found.completed),
        **_sums("issuesNotCompleted", found.unfinished),
        "allIssuesEstimateSum": _sum(
            [p.final for p in (*found.completed, *found.unfinished, *found.elsewhere)]
        ),
        **_sums("puntedIssues", found.removed),
        **_sums("issuesCompletedInAnotherSprint", found.elsewhere),
        "issueKeysAddedDuringSprint": {part.issue.key: True for part in found.everything() if part.added},
    }
    return Response.json({"contents": contents, "sprint": _full(visit, sprint), "supportsPages": False})


def velocity(visit: Visit) -> Response:
    """GET rapid/charts/velocity?rapidViewId=: the latest closed sprints, the newest first."""
    board = _board(visit, visit.request.arg("rapidViewId"))
    closed = [s for s in visit.state.sprints.values() if s.board_id == board.id and s.completed_at]
    closed.sort(key=lambda sprint: sprint.completed_at or visit.now, reverse=True)
    latest = closed[:_VELOCITY]
    reports = sprint_reports(visit.state, board, latest, visit.user, visit.now)
    entries = {str(sprint.id): _pace(found) for sprint, found in zip(latest, reports, strict=True)}
    return Response.json({"sprints": [brief(sprint) for sprint in latest], "velocityStatEntries": entries})


def _pace(found: SprintReport) -> Json:
    promised = [part for part in found.everything() if not part.added]
    return {
        "estimated": _number([part.estimate for part in promised]),
        "completed": _number([part.final for part in found.completed]),
        "allConsideredIssueKeys": [part.issue.key for part in found.everything()],
        "estimatedEntries": [_entry(part.issue.key, part.estimate) for part in promised],
        "completedEntries": [_entry(part.issue.key, part.final) for part in found.completed],
    }


def _entry(key: str, value: float | None) -> Json:
    return {"issueKey": key} | ({} if value is None else {"value": value})


def _board(visit: Visit, board_id: str) -> Board:
    board = agile.find_board(visit, board_id)
    agile.needs_sprints(board)
    return board


def _view(board: Board) -> Json:
    return {
        "id": board.id,
        "name": board.name,
        "canEdit": True,
        "sprintSupportEnabled": board.kind != "kanban" and board.sprints,
        "filterId": board.filter_id,
    }


def brief(sprint: Sprint) -> Json:
    """A sprint by name, state and place."""
    return {
        "id": sprint.id,
        "sequence": sprint.position or sprint.id,
        "name": sprint.name,
        "state": sprint.state.upper(),
        "goal": sprint.goal,
        "linkedPagesCount": 0,
    }


def _full(visit: Visit, sprint: Sprint) -> Json:
    moments = {"start": sprint.starts_at, "end": sprint.ends_at, "complete": sprint.completed_at}
    shape = brief(sprint) | {"autoStartStop": False, "canUpdateSprint": True, "remoteLinks": []}
    for name, at in (*moments.items(), ("activated", sprint.activated_at)):
        shape[f"{name}Date"] = _spoken(visit, at)
        shape[f"iso{name.capitalize()}Date"] = _iso(visit, at)
    left = (sprint.ends_at - visit.now).days if sprint.ends_at and sprint.state == "active" else 0
    return shape | {"daysRemaining": max(0, left)}


def _spoken(visit: Visit, at: datetime | None) -> str:
    if at is None:
        return "None"
    local = at.astimezone(visit.jql().calendar.zone)
    return f"{local:%d/%b/%y} {local.hour % 12 or 12}:{local:%M %p}"


def _iso(visit: Visit, at: datetime | None) -> str:
    return f"{at.astimezone(visit.jql().calendar.zone):%Y-%m-%dT%H:%M:%S%z}" if at else "None"


def _sums(name: str, parts: Sequence[Part]) -> Json:
    return {
        f"{name}InitialEstimateSum": _sum([part.estimate for part in parts]),
        f"{name}EstimateSum": _sum([part.final for part in parts]),
    }


def _sum(values: Sequence[float | None]) -> Json:
    """The sum of what is estimated; where nothing is, only the text "null"."""
    known = [value for value in values if value is not None]
    return _number(known) if known else {"text": "null"}


def _number(values: Sequence[float | None]) -> Json:
    total = float(sum(value or 0 for value in values))
    return {"value": total, "text": str(total)}


def _statistic(board: Board, value: float | None) -> Json:
    held: Json = {} if value is None else {"value": value, "text": str(value)}
    return {"statFieldId": board.estimation or "issueCount", "statFieldValue": held}


def issue_shape(visit: Visit, board: Board, part: Part, *, done: bool) -> Json:
    """An issue as reports and planning show it."""
    state, issue = visit.state, part.issue
    kind, status = state.types[issue.type_id], state.statuses[issue.status_id]
    shown = shapes.status(visit, status)
    shape: Json = {
        "id": issue.id,
        "key": issue.key,
        "hidden": False,
        "typeName": kind.name,
        "typeId": str(kind.id),
        "summary": issue.summary,
        "typeUrl": shapes.issue_type(visit, kind)["iconUrl"],
        "done": done,
        "hasCustomUserAvatar": False,
        "flagged": False,
        "estimateStatistic": _statistic(board, part.estimate),
        "currentEstimateStatistic": _statistic(board, part.final),
        "estimateStatisticRequired": False,
        "statusId": str(status.id),
        "statusName": status.name,
        "statusUrl": shown["iconUrl"],
        "status": shown,
        "fixVersions": list(issue.fix_version_ids),
        "projectId": issue.project_id,
        "linkedPagesCount": 0,
    }
    return shape | _named(visit, part)


def _named(visit: Visit, part: Part) -> Json:
    """What an issue in a report says only when it has it."""
    state, issue = visit.state, part.issue
    shape: Json = {}
    if issue.priority_id is not None:
        priority = shapes.priority(visit, state.priorities[issue.priority_id])
        shape |= {"priorityName": priority["name"], "priorityUrl": priority["iconUrl"]}
    if issue.assignee:
        who = state.users[issue.assignee]
        shape |= {"assignee": who.account_id, "assigneeName": who.name, "assigneeAccountId": who.account_id}
    parent = state.issues.get(issue.parent_id or -1)
    if parent and state.types[parent.type_id].level == 1 and state.can_see(visit.user, parent):
        shape["epic"] = parent.key
    return shape


ROUTES = (
    ("GET", "rapidview", boards),
    ("GET", "rapidview/{board_id}", board),
    ("GET", "rapidviews/list", boards),
    ("GET", "sprintquery/{board_id}", sprints),
    ("GET", "rapid/charts/sprintreport", report),
    ("GET", "rapid/charts/velocity", velocity),
    ("GET", "rapid/charts/velocity.json", velocity),
)
