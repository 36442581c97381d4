"""The value of each field of an issue, as the platform API shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sandbox.jira.entities import CustomField, Issue
from sandbox.jira.wire import effort, shapes
from sandbox.jira.wire.shapes import Json
from sandbox.jira.wire.visit import Visit
from sandbox.jira.wire.worklogs import worklog_shape

EMBEDDED_WORKLOGS = 20
Value = object
_Reader = Callable[[Visit, Issue], Value]


def system_value(visit: Visit, issue: Issue, field_id: str) -> Value:
    """The value of a system field."""
    return _SYSTEM[field_id](visit, issue)


def custom_value(visit: Visit, issue: Issue, field: CustomField) -> Value:
    """The value of a custom field, None when empty."""
    match field.kind:
        case "sprint":
            return [shapes.sprint_in_field(visit.state.sprints[i]) for i in issue.sprint_ids] or None
        case "epic_link":
            return _epic_key(visit, issue)
        case "parent_link":
            return {"hasEpicLinkFieldDependency": False, "showField": False}
        case "rank":
            return issue.values.get(field.id, issue.first_rank)
        case _:
            return _stored(visit, issue, field)


def _stored(visit: Visit, issue: Issue, field: CustomField) -> Value:
    value = issue.values.get(field.id)
    if value is None:
        return [] if field.kind == "labels" else None
    match field.kind, value:
        case "option", str():
            return _option(visit, field, value)
        case "options", tuple():
            return [_option(visit, field, text) for text in value]
        case "user", str():
            return shapes.person(visit, value)
        case "textarea", str():
            return shapes.rich_text(visit, value)
        case "datetime", str():
            return visit.stamp(datetime.fromisoformat(value))
        case (("number" | "story_points_estimate"), (int() | float())):
            return float(value)
        case _:
            return value


def _option(visit: Visit, field: CustomField, text: str) -> Json:
    number = field.options[text]
    return {"self": visit.rest(f"customFieldOption/{number}"), "value": text, "id": str(number)}


def _epic_key(visit: Visit, issue: Issue) -> str | None:
    parent = visit.state.issues.get(issue.parent_id or -1)
    if parent is None or visit.state.projects[issue.project_id].style == "next-gen":
        return None
    return parent.key if visit.state.types[parent.type_id].level == 1 else None


def linked_issue(visit: Visit, issue: Issue) -> Json:
    """An issue inside another one: parent or sub-task."""
    names = ("summary", "status", "priority", "issuetype")
    return {
        "id": str(issue.id),
        "key": issue.key,
        "self": visit.rest(f"issue/{issue.id}"),
        "fields": {name: system_value(visit, issue, name) for name in names},
    }


def _parent(visit: Visit, issue: Issue) -> Value:
    parent = visit.state.issues.get(issue.parent_id or -1)
    return linked_issue(visit, parent) if parent and visit.state.can_see(visit.user, parent) else None


def _subtasks(visit: Visit, issue: Issue) -> list[Json]:
    state = visit.state
    children = (state.issues[i] for i in sorted(state.children.get(issue.id, ())))
    return [
        linked_issue(visit, child)
        for child in children
        if state.types[child.type_id].level < 0 and state.can_see(visit.user, child)
    ]


def _worklog(visit: Visit, issue: Issue) -> Json:
    first = issue.worklogs[:EMBEDDED_WORKLOGS]
    return {
        "startAt": 0,
        "maxResults": EMBEDDED_WORKLOGS,
        "total": len(issue.worklogs),
        "worklogs": [worklog_shape(visit, issue, worklog) for worklog in first],
    }


def _watches(visit: Visit, issue: Issue) -> Json:
    return {"self": visit.rest(f"issue/{issue.key}/watchers"), "watchCount": 0, "isWatching": False}


def _votes(visit: Visit, issue: Issue) -> Json:
    return {"self": visit.rest(f"issue/{issue.key}/votes"), "votes": 0, "hasVoted": False}


def _security(visit: Visit, issue: Issue) -> Json | None:
    if issue.security_id is None:
        return None
    number = issue.security_id
    return {"self": visit.rest(f"securitylevel/{number}"), "id": str(number), "name": f"Level {number}"}


def _aggregate(slot: str) -> _Reader:
    return lambda visit, issue: effort.with_subtasks(visit, issue, slot)


def _aggregate_progress(visit: Visit, issue: Issue) -> Json:
    spent = effort.with_subtasks(visit, issue, "time_spent")
    return effort.progress(spent, effort.with_subtasks(visit, issue, "remaining_estimate"))


_SYSTEM: dict[str, _Reader] = {
    "statuscategorychangedate": lambda v, i: v.stamp(i.category_changed_at),
    "issuetype": lambda v, i: shapes.issue_type(v, v.state.types[i.type_id]),
    "parent": _parent,
    "timespent": lambda _, i: i.time_spent,
    "project": lambda v, i: shapes.project(v, v.state.projects[i.project_id]),
    "fixVersions": lambda v, i: [shapes.version(v, v.state.versions[n]) for n in i.fix_version_ids],
    "aggregatetimespent": _aggregate("time_spent"),
    "resolution": lambda v, i: i.resolution_id and shapes.resolution(v, v.state.resolutions[i.resolution_id]),
    "resolutiondate": lambda v, i: v.stamp(i.resolved_at),
    "workratio": lambda _, i: effort.workratio(i),
    "lastViewed": lambda _, _i: None,
    "issuerestriction": lambda _, _i: {"issuerestrictions": {}, "shouldDisplay": False},
    "watches": _watches,
    "created": lambda v, i: v.stamp(i.created_at),
    "priority": lambda v, i: i.priority_id and shapes.priority(v, v.state.priorities[i.priority_id]),
    "labels": lambda _, i: list(i.labels),
    "timeestimate": lambda _, i: i.remaining_estimate,
    "aggregatetimeoriginalestimate": _aggregate("original_estimate"),
    "versions": lambda _, _i: [],
    "issuelinks": lambda _, _i: [],
    "assignee": lambda v, i: shapes.person(v, i.assignee),
    "updated": lambda v, i: v.stamp(i.updated_at),
    "status": lambda v, i: shapes.status(v, v.state.statuses[i.status_id]),
    "components": lambda v, i: [shapes.component(v, v.state.components[n]) for n in i.component_ids],
    "timeoriginalestimate": lambda _, i: i.original_estimate,
    "description": lambda v, i: shapes.rich_text(v, i.description),
    "timetracking": lambda _, i: effort.timetracking(i),
    "security": _security,
    "aggregatetimeestimate": _aggregate("remaining_estimate"),
    "summary": lambda _, i: i.summary,
    "creator": lambda v, i: shapes.person(v, i.creator),
    "subtasks": _subtasks,
    "reporter": lambda v, i: shapes.person(v, i.reporter),
    "aggregateprogress": _aggregate_progress,
    "environment": lambda _, _i: None,
    "duedate": lambda _, i: i.due_on and i.due_on.isoformat(),
    "progress": lambda _, i: effort.progress(i.time_spent, i.remaining_estimate),
    "votes": _votes,
    "comment": lambda v, i: {
        "comments": [], "self": v.rest(f"issue/{i.id}/comment"), "maxResults": 0, "total": 0, "startAt": 0,
    },
    "worklog": _worklog,
}  # fmt: skip
