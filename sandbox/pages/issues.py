"""How the team sees one issue: what it says, its children, its history, and what can be done to it."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.jira.issue import Issue, Item
from sandbox.jira.state import JiraState
from sandbox.pages.html import Child, Html, element, joined, said
from sandbox.pages.projects import issue_table, link_to, points_of, status_of
from sandbox.pages.shell import ROOT, choice, facts, field, form, table

_ENTRIES = 30


def issue_sheet(state: JiraState, issue: Issue) -> Html:
    """One issue with everything a person can do to it."""
    resolution = state.resolutions.get(issue.resolution_id or -1)
    parent = state.issues.get(issue.parent_id) if issue.parent_id is not None else None
    sprints = ", ".join(state.sprints[identity].name for identity in issue.sprint_ids)
    children = [state.issues[identity] for identity in sorted(state.children.get(issue.id, ()))]
    project = state.projects[issue.project_id]
    return joined(
        facts(
            ("Status", status_of(state, issue)),
            ("Resolution", said(resolution.name) if resolution else "none"),
            ("Type", said(state.types[issue.type_id].name)),
            ("Points", points_of(state, issue) or "none"),
            ("Hours logged", f"{(issue.time_spent or 0) / 3600:g}"),
            ("Project", element("a", said(project.name), href=f"{ROOT}/projects/{project.key}")),
            ("Under", link_to(parent) if parent else "nothing"),
            ("Sprints", said(sprints) if sprints else "none"),
            ("Labels", said(", ".join(issue.labels)) if issue.labels else "none"),
            ("Updated", issue.updated_at.strftime("%Y-%m-%d %H:%M UTC")),
        ),
        element("p", said(issue.description)) if issue.description else None,
        element("h2", "What the team can do"),
        element("div", list(_acts(state, issue)), class_="acts"),
        *((element("h2", "Children"), issue_table(state, children)) if children else ()),
        element("h2", "History"),
        _history(state, issue),
    )


def _acts(state: JiraState, issue: Issue) -> Iterator[Html]:
    here = f"{ROOT}/issues/{issue.key}"
    if state.statuses[issue.status_id].category != "done":
        names = [(entry.name, entry.name) for entry in state.resolutions.values()]
        yield form(f"{here}/close", "Close", choice("As", "resolution", [*names, ("", "no resolution")]))
    if state.statuses[issue.status_id].category != "indeterminate":
        yield form(f"{here}/start", "Put to work")
    if state.statuses[issue.status_id].category != "new":
        yield form(f"{here}/reopen", "Put back to the start", kind="plain")
    points = points_of(state, issue)
    yield form(f"{here}/estimate", "Estimate", field("Points, or none", "points", points, width="short"))
    hours = field("Hours", "hours", width="short", required=True)
    yield form(f"{here}/log", "Log work", hours, field("Comment", "comment"))
    if state.types[issue.type_id].level == 1:
        added = field("New story", "summary", required=True)
        yield form(f"{here}/add", "Add", added, field("Points", "points", width="short"))
    targets = [(p.key, p.name) for p in state.projects.values() if p.id != issue.project_id]
    if targets:
        yield form(f"{here}/move", "Move", choice("To", "project", targets), kind="plain")
    sure = choice("Sure?", "sure", [("no", "no, keep it"), ("yes", "yes, for good")])
    yield form(f"{here}/delete", "Delete", sure, kind="danger")


def _history(state: JiraState, issue: Issue) -> Html:
    rows: list[list[Child]] = []
    for entry in reversed(issue.histories[-_ENTRIES:]):
        who = state.users.get(entry.author)
        changes = [element("div", _change(item)) for item in entry.items]
        rows.append([entry.at.strftime("%Y-%m-%d %H:%M"), said(who.name if who else entry.author), changes])
    return table(("When (UTC)", "Who", "What"), rows)


def _change(item: Item) -> Html:
    before, after = item.old_text or item.old or "nothing", item.new_text or item.new or "nothing"
    return joined(element("strong", said(item.field)), ": ", said(before), " → ", said(after))
