"""Projects founded from a template with what belongs to them, and projects taken down with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sandbox.jira import verbs
from sandbox.jira.entities import Board, CategoryKey, Column, IssueType, Project, Status
from sandbox.jira.schemes import SOFTWARE_PERMISSIONS
from sandbox.jira.settings import Filter
from sandbox.jira.state import JiraState
from sandbox.jira.templates import TEMPLATES, serve_customers

_STATUSES: tuple[tuple[str, CategoryKey], ...] = (
    ("To Do", "new"),
    ("In Progress", "indeterminate"),
    ("Done", "done"),
)
BIN_LIFE = timedelta(days=60)
_TYPES = (("Epic", 1), ("Story", 0), ("Task", 0), ("Bug", 0), ("Subtask", -1))


def found_project(
    state: JiraState, key: str, name: str, *, template: str, lead: str | None, by: str
) -> Project:
    """A new project with its vocabulary (team-managed) and the board and filter its template brings."""
    type_key, style, kind = TEMPLATES[template]
    project = Project(state.fresh_id("project", state.projects), key, name, style, lead, type_key)
    state.add_project(project)
    if state.site.is_cloud and (type_key, style) == ("software", "classic"):
        project.permission_scheme_id = SOFTWARE_PERMISSIONS
    for role in state.roles.values():
        role.people[project.id], role.groups[project.id] = set(role.default_people), set(role.default_groups)
        if lead and state.site.is_cloud and role.name == "Administrators":
            role.people[project.id].add(lead)
    if type_key == "service_desk":
        serve_customers(state)
    own = project.id if style == "next-gen" else None
    if own is not None or not state.statuses:
        state.add_vocabulary(
            Status(state.fresh_id("status", state.statuses), title, category, own)
            for title, category in _STATUSES
        )
    if own is not None or not state.types:
        state.add_vocabulary(
            IssueType(state.fresh_id("issuetype", state.types), title, level, own) for title, level in _TYPES
        )
    if kind is not None:
        saved = Filter(state.fresh_id("filter", state.filters), f"Filter for {name} board",
                       f"project = {key} ORDER BY Rank ASC", by,
                       shares=[{"id": state.next_id("share"), "type": "project", "project": project.id}])  # fmt: skip
        state.filters[saved.id] = saved
        open_board(state, f"{key} board", kind, project, saved.id, sprints=not template.endswith("kanban"))
    return project


def open_board(
    state: JiraState,
    name: str,
    kind: Literal["scrum", "kanban", "simple"],
    project: Project,
    filter_id: int,
    *,
    sprints: bool = True,
) -> Board:
    """A board over a project's statuses, a column for each category, estimating with story points."""
    titles = {"new": "To Do", "indeterminate": "In Progress", "done": "Done"}
    columns = tuple(
        Column(title, tuple(s.id for s in state.statuses_of(project.id) if s.category == category))
        for category, title in titles.items()
    )
    points = state.field_of("story_points_estimate")
    number = max(state.boards, default=0) + 1
    estimation = points.id if points and kind != "kanban" else None
    return state.add_board(Board(number, name, kind, project.id, columns, filter_id, estimation, sprints))


def put_in_bin(state: JiraState, project: Project, *, by: str, at: datetime) -> None:
    """Delete a project so that it can be restored: nobody sees it, and its keys are free."""
    project.binned_at, project.binned_by = at, by
    state.forget_keys(project)


def binned(state: JiraState, at: datetime) -> list[Project]:
    """The projects that can still be restored."""
    return [p for p in state.projects.values() if p.binned_at and at < p.binned_at + BIN_LIFE]


def take_out_of_bin(state: JiraState, project: Project) -> None:
    """Restore a deleted project under its key."""
    project.binned_at, project.binned_by = None, ""
    state.add_project(project)


def take_down(state: JiraState, project: Project, *, by: str, at: datetime) -> None:
    """Delete a project with its issues, boards, versions, components and own vocabulary."""
    for issue_id in sorted(state.by_project.pop(project.id, ())):
        if issue_id in state.issues:
            verbs.delete_issue(state, state.issues[issue_id], at=at, by=by)
    for board in [board for board in state.boards.values() if board.project_id == project.id]:
        close_board(state, board)
    for role in state.roles.values():
        role.people.pop(project.id, None)
        role.groups.pop(project.id, None)
    for registry in (state.versions, state.components, state.statuses, state.types):
        for number in [number for number, entry in registry.items() if entry.project_id == project.id]:
            del registry[number]
    for field_id in [name for name, field in state.fields.items() if field.project_id == project.id]:
        del state.fields[field_id]
    state.drop_project(project)


def close_board(state: JiraState, board: Board) -> None:
    """Delete a board with its future sprints; sprints that began stay with their issues' history."""
    del state.boards[board.id]
    for sprint in [sprint for sprint in state.sprints.values() if sprint.board_id == board.id]:
        if not state.by_sprint.get(sprint.id):
            del state.sprints[sprint.id]
