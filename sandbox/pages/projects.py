"""How the team sees its site: projects with who may browse them, epics with their children, sprints."""

from __future__ import annotations

from datetime import datetime

from sandbox.jira.entities import Project, Sprint, User
from sandbox.jira.issue import Issue
from sandbox.jira.sprints import done_statuses
from sandbox.jira.state import JiraState
from sandbox.pages.html import Child, Html, element, joined, said
from sandbox.pages.parts import acts, choice, field, form, pager, pill, sheet, table
from sandbox.pages.shell import ROOT

PAGE = 40


def project_list(state: JiraState) -> Html:
    """All projects, also those that a login may not see."""
    rows: list[list[Child]] = [
        [
            element("a", said(project.key), href=f"{ROOT}/projects/{project.key}"),
            said(project.name),
            "company-managed" if project.style == "classic" else "team-managed",
            len(state.by_project[project.id]),
            [pill("hidden"), " from ", said(", ".join(names))] if (names := _blind(state, project)) else None,
        ]
        for project in state.projects.values()
    ]
    return table(("Key", "Name", "Kind", "Issues", ""), rows, numbers=(3,))


def _blind(state: JiraState, project: Project) -> list[str]:
    return [user.name for user in _logins(state) if project.id in user.hidden_projects]


def _logins(state: JiraState) -> list[User]:
    """Those whose programs read the site: whoever has a secret."""
    return [user for user in state.users.values() if user.signs_in]


def project_sheet(state: JiraState, project: Project, page_number: int) -> Html:
    """One project: its epics, the newest first, its sprints, and who may browse it."""
    epics = [
        state.issues[identity]
        for identity in sorted(state.by_project[project.id], reverse=True)
        if state.types[state.issues[identity].type_id].level == 1
    ]
    part = epics[(page_number - 1) * PAGE : page_number * PAGE]
    boards = {board.id for board in state.boards.values() if board.project_id == project.id}
    sprints = [sprint for sprint in state.sprints.values() if sprint.board_id in boards]
    path = f"{ROOT}/projects/{project.key}"
    content = (
        element("h2", "Epics"),
        epic_table(state, part),
        pager(path, page_number, PAGE, len(epics)),
        element("h2", "Sprints"),
        sprint_table(state, sprints[::-1][:PAGE]),
    )
    return sheet(content, acts("Who may browse it", [_right(project, user) for user in _logins(state)]))


def _right(project: Project, user: User) -> Html:
    hidden = project.id in user.hidden_projects
    act = "show" if hidden else "hide"
    label = f"{'Show it to' if hidden else 'Hide it from'} {user.name}"
    named = element("input", type="hidden", name="account", value=user.account_id)
    return form(f"{ROOT}/projects/{project.key}/{act}", label, named, kind="plain")


def epic_table(state: JiraState, epics: list[Issue]) -> Html:
    """Epics with the share of their children that is done."""
    rows: list[list[Child]] = []
    for epic in epics:
        children = [state.issues[identity] for identity in state.children.get(epic.id, ())]
        done = sum(state.statuses[child.status_id].category == "done" for child in children)
        rows.append([link_to(epic), said(epic.summary), status_of(state, epic), f"{done} of {len(children)}"])
    return table(("Key", "Epic", "Status", "Children done"), rows, numbers=(3,))


def issue_table(state: JiraState, issues: list[Issue]) -> Html:
    """Issues in a row each."""
    rows: list[list[Child]] = [
        [
            link_to(issue),
            said(state.types[issue.type_id].name),
            said(issue.summary),
            status_of(state, issue),
            points_of(state, issue),
        ]
        for issue in issues
    ]
    return table(("Key", "Type", "Summary", "Status", "Points"), rows, numbers=(4,))


def sprint_table(state: JiraState, sprints: list[Sprint]) -> Html:
    """Sprints with their dates."""
    rows: list[list[Child]] = [
        [
            element("a", said(sprint.name), href=f"{ROOT}/sprints/{sprint.id}"),
            pill(sprint.state),
            _day(sprint.starts_at),
            _day(sprint.ends_at),
            _day(sprint.completed_at),
            len(state.by_sprint.get(sprint.id, ())),
        ]
        for sprint in sprints
    ]
    return table(("Sprint", "State", "Start", "Planned end", "Closed", "Issues"), rows, numbers=(5,))


def sprint_sheet(state: JiraState, sprint: Sprint) -> Html:
    """One sprint: its issues, and what its state allows to do."""
    issues = [state.issues[identity] for identity in sorted(state.by_sprint.get(sprint.id, ()))]
    board = state.boards[sprint.board_id]
    done = sum(issue.status_id in done_statuses(board) for issue in issues)
    here = f"{ROOT}/sprints/{sprint.id}"
    if sprint.state == "future":
        act = form(f"{here}/start", "Start", field("Days", "days", "14", kind="number", short=True))
    elif sprint.state == "closed":
        act = form(f"{here}/reopen", "Reopen", kind="plain")
    else:
        following = [
            (str(other.id), other.name)
            for other in state.sprints.values()
            if other.board_id == sprint.board_id and other.state == "future"
        ]
        target = choice("Open issues go to", "to", [("", "the backlog"), *following])
        act = form(f"{here}/close", "Close the sprint", target)
    content = (
        element("p", pill(sprint.state), f" {done} of {len(issues)} issues are done. ", said_goal(sprint)),
        issue_table(state, issues),
    )
    return sheet(content, acts("What the team can do", [act]))


def said_goal(sprint: Sprint) -> Html | None:
    """The goal as a sentence of its own, when there is one."""
    return joined("Goal: ", said(sprint.goal)) if sprint.goal else None


def link_to(issue: Issue) -> Html:
    """The issue's key, leading to its page."""
    return element("a", issue.key, href=f"{ROOT}/issues/{issue.key}")


def status_of(state: JiraState, issue: Issue) -> Html:
    """The status in the site's words, coloured by its category."""
    status = state.statuses[issue.status_id]
    return element("span", said(status.name), class_=f"pill {status.category}")


def points_of(state: JiraState, issue: Issue) -> str:
    """The estimate on the field that the project's board counts."""
    boards = (board for board in state.boards.values() if board.project_id == issue.project_id)
    value = next((issue.values.get(b.estimation) for b in boards if b.estimation), None)
    return f"{value:g}" if isinstance(value, float) else ""


def _day(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d") if at else ""
