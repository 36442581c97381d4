"""What the planning page of a board loads, unofficially: open issues and the sprints they are planned for."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.jql import run
from sandbox.jira.jql.syntax import And, Clause, Query, Value
from sandbox.jira.ranking import rank_of
from sandbox.jira.sprintreport import Part, estimate_at
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.planning import agile, greenhopper


def backlog(visit: Visit) -> Response:
    """GET xboard/plan/backlog/data?rapidViewId="""
    board = agile.find_board(visit, visit.request.arg("rapidViewId"))
    open_ones = Clause("statusCategory", "!=", (Value("done"),))
    no_epics = Clause("hierarchyLevel", "!=", (Value("1"),))
    found = run(Query(And((agile.board_query(visit, board), open_ones, no_epics)), ()), visit.jql())
    sprints = [s for s in visit.state.sprints.values() if s.board_id == board.id and s.state != "closed"]
    shown = []
    for issue in sorted(found, key=lambda issue: rank_of(visit.state, issue)):
        value = estimate_at(board, issue, visit.now)
        part = Part(issue, value, value, added=False)
        shown.append(greenhopper.issue_shape(visit, board, part, done=False))
    planned = [
        greenhopper.brief(sprint)
        | {"issuesIds": [issue.id for issue in found if sprint.id in issue.sprint_ids]}
        for sprint in sprints
    ]
    rank, project = visit.state.field_of("rank"), visit.state.projects[board.project_id]
    return Response.json(
        {
            "issues": shown,
            "rankCustomFieldId": rank.number if rank else None,
            "sprints": planned,
            "projects": [{"id": project.id, "key": project.key, "name": project.name}],
            "versionData": {
                "versionsPerProject": {
                    str(project.id): [
                        shapes.version(visit, entry)
                        for entry in visit.state.versions.values()
                        if entry.project_id == project.id
                    ]
                },
                "canCreateVersion": visit.may("ADMINISTER_PROJECTS", project.id),
            },
            "canManageSprints": visit.may("MANAGE_SPRINTS_PERMISSION", project.id),
            "maxIssuesExceeded": False,
        }
    )


ROUTES = (("GET", "xboard/plan/backlog/data", backlog),)
