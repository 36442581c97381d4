"""How the team sees one issue: what it says, its children, its history, and what can be done to it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sandbox.jira.issue import Issue, Item, RemoteLink
from sandbox.jira.state import JiraState
from sandbox.pages.html import Child, Html, element, joined, said
from sandbox.pages.parts import acts, choice, facts, field, for_good, form, pill, sheet, table
from sandbox.pages.projects import issue_table, link_to, points_of, status_of
from sandbox.pages.shell import ROOT

_ENTRIES = 30


def issue_sheet(state: JiraState, issue: Issue) -> Html:
    """One issue with everything a person can do to it."""
    resolution = state.resolutions.get(issue.resolution_id or -1)
    parent = state.issues.get(issue.parent_id) if issue.parent_id is not None else None
    children = [state.issues[identity] for identity in sorted(state.children.get(issue.id, ()))]
    project = state.projects[issue.project_id]
    content = (
        facts(
            ("Status", status_of(state, issue)),
            ("Resolution", said(resolution.name) if resolution else "none"),
            ("Type", said(state.types[issue.type_id].name)),
            ("Points", points_of(state, issue) or "none"),
            ("Hours logged", f"{(issue.time_spent or 0) / 3600:g}"),
            ("Project", element("a", said(project.name), href=f"{ROOT}/projects/{project.key}")),
            ("Under", link_to(parent) if parent else None),
            ("Sprints", _sprints(state, issue)),
            ("Labels", said(", ".join(issue.labels)) if issue.labels else None),
            ("Seen by", pill("hidden") if issue.security_id is not None else None),
            ("Updated", issue.updated_at.strftime("%Y-%m-%d %H:%M UTC")),
        ),
        element("p", said(issue.description), class_="text") if issue.description else None,
        *((element("h2", "Children"), issue_table(state, children)) if children else ()),
        *_outside(issue),
        element("h2", "History"),
        _history(state, issue),
    )
    return sheet(content, acts("What the team can do", _acts(state, issue)))


def _outside(issue: Issue) -> Iterator[Html]:
    """What programs put on the issue: links to elsewhere, struck through once they are over, and properties."""
    if issue.remote_links:
        rows: list[list[Child]] = [
            [said(str(link.body.get("relationship") or "links to")), _link(link)]
            for link in issue.remote_links
        ]
        yield joined(element("h2", "Links"), table(("How", "Where"), rows))
    if issue.properties:
        kept: list[list[Child]] = [
            [said(name), element("code", said(json.dumps(value)))] for name, value in issue.properties.items()
        ]
        yield joined(element("h2", "Properties"), table(("Key", "Value"), kept))


def _link(link: RemoteLink) -> Html:
    """A link as Jira shows it. An address that is none of the web is only text."""
    target = link.body.get("object")
    shown = target if isinstance(target, dict) else {}
    url, title, summary = (str(shown.get(key) or "") for key in ("url", "title", "summary"))
    named = element("a", said(title), href=url) if url.startswith(("http://", "https://")) else said(title)
    status = shown.get("status")
    is_over = isinstance(status, dict) and status.get("resolved") is True
    return joined(element("s", named) if is_over else named, f" {summary}" if summary else "")


def _sprints(state: JiraState, issue: Issue) -> Html | None:
    links = [
        element("a", said(state.sprints[identity].name), href=f"{ROOT}/sprints/{identity}")
        for identity in issue.sprint_ids
    ]
    return joined([[", " if at else None, link] for at, link in enumerate(links)]) if links else None


def _acts(state: JiraState, issue: Issue) -> Iterator[Html]:
    here = f"{ROOT}/issues/{issue.key}"
    yield from _moving(state, issue, here)
    points = field("Points", "points", points_of(state, issue), kind="number", short=True)
    yield form(f"{here}/estimate", "Estimate", points, kind="plain")
    yield form(
        f"{here}/log",
        "Log work",
        field("Hours", "hours", kind="number", short=True, required=True),
        field("Late, for the day", "on", kind="date"),
        field("Comment", "comment"),
        kind="plain",
    )
    if state.types[issue.type_id].level == 1:
        added = field("New story", "summary", required=True)
        worth = field("Points", "points", kind="number", short=True)
        yield form(f"{here}/add", "Add", added, worth, kind="plain")
    yield from _planning(state, issue, here)
    targets = [(p.key, p.name) for p in state.projects.values() if p.id != issue.project_id]
    if targets:
        yield form(f"{here}/move", "Move", choice("To the project", "project", targets), kind="plain")
    if issue.security_id is None:
        yield form(f"{here}/hide", "Hide it from outsiders", kind="plain")
    else:
        yield form(f"{here}/show", "Show it to everybody", kind="plain")
    yield for_good(f"{here}/delete", "Delete")


def _moving(state: JiraState, issue: Issue, here: str) -> Iterator[Html]:
    """Through the workflow: closed as anything, put to work, or put back to the start."""
    category = state.statuses[issue.status_id].category
    if category != "done":
        names = [(entry.name, entry.name) for entry in state.resolutions.values()]
        yield form(f"{here}/close", "Close", choice("As", "resolution", [*names, ("", "no resolution")]))
    if category != "indeterminate":
        yield form(f"{here}/start", "Put to work", kind="" if category == "done" else "plain")
    if category != "new":
        yield form(f"{here}/reopen", "Put back to the start", kind="plain")


def _planning(state: JiraState, issue: Issue, here: str) -> Iterator[Html]:
    """Into the open sprints of the project's boards, and out of one."""
    boards = {board.id for board in state.boards.values() if board.project_id == issue.project_id}
    open_sprints = [s for s in state.sprints.values() if s.board_id in boards and s.state != "closed"]
    others = [(str(s.id), s.name) for s in open_sprints if s.id not in issue.sprint_ids]
    if others and state.types[issue.type_id].level == 0:
        yield form(f"{here}/plan", "Plan", choice("Into the sprint", "sprint", others), kind="plain")
    if any(s.id in issue.sprint_ids for s in open_sprints):
        yield form(f"{here}/unplan", "Take out of its sprint", kind="plain")


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
