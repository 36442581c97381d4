"""What people and automations do to issues. Each verb changes the state and writes the history Jira would.

Every verb takes who did it (`by`, an account id) and when (`at`, aware UTC, kept to the millisecond).
Histories may be loaded out of order; `updated` only moves forward.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from sandbox.jira import history
from sandbox.jira.events import Event
from sandbox.jira.issue import FieldValue, Issue, Item
from sandbox.jira.state import JiraState
from sandbox.jira.systemfields import set_system_field

_CATEGORY_DELAY = timedelta(
    milliseconds=13
)  # recorded sites stamp the category 10-100 ms after the resolution


def create_issue(
    state: JiraState,
    project_id: int,
    type_id: int,
    summary: str,
    *,
    by: str,
    at: datetime,
    status_id: int | None = None,
    parent_id: int | None = None,
    priority_id: int | None = None,
    reporter: str | None = None,
    assignee: str | None = None,
    labels: tuple[str, ...] = (),
    values: Mapping[str, FieldValue] | None = None,
    description: str | None = None,
    original_estimate: int | None = None,
    security_id: int | None = None,
) -> Issue:
    """A new issue; what it starts with leaves no history. The parent epic notes the child."""
    at = to_millisecond(at)
    project = state.projects[project_id]
    number = project.last_number + 1
    issue = Issue(
        id=state.next_id("issue"),
        key=f"{project.key}-{number}",
        number=number,
        project_id=project_id,
        type_id=type_id,
        status_id=status_id if status_id is not None else state.initial_status(project_id),
        summary=summary,
        creator=by,
        reporter=reporter or by,
        created_at=at,
        updated_at=at,
        category_changed_at=at,
        description=description,
        priority_id=priority_id,
        assignee=assignee,
        parent_id=parent_id,
        labels=labels,
        original_estimate=original_estimate,
        remaining_estimate=original_estimate,
        security_id=security_id,
        values=dict(values or {}),
    )
    state.insert(issue)
    _tell_birth(state, issue)
    return issue


def _tell_birth(state: JiraState, issue: Issue) -> None:
    by, at = issue.creator, issue.created_at
    if state.listeners:
        state.announce(Event("jira:issue_created", at, by, issue, issue))
    if issue.parent_id is not None and state.knobs.child_touches_epic:
        _tell_epic(state, issue, issue.parent_id, by, at, added=True)


def transition(
    state: JiraState,
    issue: Issue,
    status_id: int,
    *,
    by: str,
    at: datetime,
    resolution_id: int | Literal["auto"] | None = "auto",
) -> None:
    """A step to another status. "auto" does what simplified workflows do: entering "done" sets the site's
    first resolution when there is none, leaving it clears the resolution."""
    at = to_millisecond(at)
    state.lag.remember(issue.id, issue, at)
    old, new = state.statuses[issue.status_id], state.statuses[status_id]
    if isinstance(resolution_id, str):
        first = issue.resolution_id or next(iter(state.resolutions), None)
        resolution = first if new.category == "done" else None
    else:
        resolution = resolution_id
    items: list[Item] = []
    if resolution != issue.resolution_id:
        items.append(history.resolution(state, issue.resolution_id, resolution))
        issue.resolution_id = resolution
        issue.resolved_at = at if resolution is not None else None
    if old.id != new.id:
        items.append(history.status(state, old.id, new.id))
        issue.status_id = new.id
    if old.category != new.category:
        issue.category_changed_at = at + _CATEGORY_DELAY
    if items:
        state.record(issue, items, by, at)


def set_field(
    state: JiraState, issue: Issue, field_id: str, value: FieldValue | None, *, by: str, at: datetime
) -> None:
    """Set or clear (None) a custom field, or summary, description, environment, labels, priority and security
    (id as text), assignee, reporter, duedate (ISO), timeoriginalestimate or timeestimate (seconds). No
    change, no history."""
    at = to_millisecond(at)
    if field_id in state.fields:
        old = issue.values.get(field_id)
        if old == value:
            return
        state.lag.remember(issue.id, issue, at)
        if value is None or value == ():
            issue.values.pop(field_id, None)
        else:
            issue.values[field_id] = value
        state.record(issue, [history.custom(state, state.fields[field_id], old, value)], by, at)
        return
    state.lag.remember(issue.id, issue, at)
    item = set_system_field(state, issue, field_id, value)
    if item.old != item.new or item.old_text != item.new_text:
        state.record(issue, [item], by, at)


def set_members(
    state: JiraState,
    issue: Issue,
    field_id: Literal["components", "fixVersions", "versions"],
    ids: tuple[int, ...],
    *,
    by: str,
    at: datetime,
) -> None:
    """Replace the components, fix versions or affected versions; one history item per entry removed or
    added."""
    at = to_millisecond(at)
    state.lag.remember(issue.id, issue, at)
    slot, title = {
        "components": ("component_ids", "Component"),
        "fixVersions": ("fix_version_ids", "Fix Version"),
        "versions": ("version_ids", "Version"),
    }[field_id]
    names = state.components if field_id == "components" else state.versions
    old: tuple[int, ...] = getattr(issue, slot)
    items = [history.named(title, field_id, (i, names[i].name), None) for i in old if i not in ids]
    items += [history.named(title, field_id, None, (i, names[i].name)) for i in ids if i not in old]
    setattr(issue, slot, ids)
    if items:
        state.record(issue, items, by, at)


def set_parent(state: JiraState, issue: Issue, parent_id: int | None, *, by: str, at: datetime) -> None:
    """Move an issue under another parent, or under none. Old and new epics note it."""
    at = to_millisecond(at)
    if issue.parent_id == parent_id:
        return
    state.lag.remember(issue.id, issue, at)
    old = state.issues.get(issue.parent_id) if issue.parent_id is not None else None
    new = state.issues[parent_id] if parent_id is not None else None
    issue.parent_id = parent_id
    if old:
        state.children[old.id].discard(issue.id)
    if new:
        state.children[new.id].add(issue.id)
    for items in history.parent(state, issue, old, new):
        state.record(issue, items, by, at)
    for epic, added in ((old, False), (new, True)):
        if epic:
            _tell_epic(state, issue, epic.id, by, at, added=added)


def _tell_epic(state: JiraState, child: Issue, epic_id: int, by: str, at: datetime, *, added: bool) -> None:
    epic = state.issues[epic_id]
    if state.types[epic.type_id].level == 1:
        state.lag.remember(epic.id, epic, at)
        state.record(epic, [history.epic_child(child, added=added)], by, at)


def move(
    state: JiraState,
    issue: Issue,
    project_id: int,
    *,
    by: str,
    at: datetime,
    type_id: int | None = None,
    status_id: int | None = None,
) -> None:
    """Move an issue and its sub-tasks to another project: new keys, same ids; old keys still lead to them.

    Components and fix versions belong to the old project and are dropped.
    """
    at = to_millisecond(at)
    for child_id in sorted(state.children.get(issue.id, ())):
        if state.types[state.issues[child_id].type_id].level < 0:
            move(state, state.issues[child_id], project_id, by=by, at=at)
    state.lag.remember(issue.id, issue, at)
    set_members(state, issue, "components", (), by=by, at=at)
    set_members(state, issue, "fixVersions", (), by=by, at=at)
    set_members(state, issue, "versions", (), by=by, at=at)
    source, target, old_key = state.projects[issue.project_id], state.projects[project_id], issue.key
    state.rekey(issue, target)
    items = [
        history.named("project", "project", (source.id, source.name), (target.id, target.name)),
        Item("Key", None, None, old_key, None, issue.key),
    ]
    if type_id is not None and type_id != issue.type_id:
        items.append(history.issue_type(state, issue.type_id, type_id))
        issue.type_id = type_id
    state.record(issue, items, by, at)
    if status_id is not None:
        transition(state, issue, status_id, by=by, at=at, resolution_id=issue.resolution_id)


def change_type(state: JiraState, issue: Issue, type_id: int, *, by: str, at: datetime) -> None:
    """Turn an issue into another type of the same kind."""
    if type_id == issue.type_id:
        return
    at = to_millisecond(at)
    state.lag.remember(issue.id, issue, at)
    item = history.issue_type(state, issue.type_id, type_id)
    issue.type_id = type_id
    state.record(issue, [item], by, at)


def delete_issue(state: JiraState, issue: Issue, *, at: datetime, by: str = "") -> None:
    """Delete an issue and its sub-tasks without a trace; other children lose their parent."""
    for child_id in sorted(state.children.pop(issue.id, ())):
        child = state.issues[child_id]
        if state.types[child.type_id].level < 0:
            delete_issue(state, child, at=at, by=by)
        else:
            child.parent_id = None
    for worklog in issue.worklogs:
        state.bury_worklog(worklog.id, at)
    for link_id in state.links_of.pop(issue.id, ()):
        link = state.links.pop(link_id)
        other = link.target_id if link.source_id == issue.id else link.source_id
        state.links_of[other].remove(link_id)
    if state.listeners:
        state.announce(Event("jira:issue_deleted", at, by, issue, issue))
    state.remove(issue, to_millisecond(at))


def to_millisecond(at: datetime) -> datetime:
    """`at` cut to the precision Jira keeps; a time without zone is a ValueError."""
    if at.tzinfo is None:
        raise ValueError(f"times are aware: {at!r}")
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
