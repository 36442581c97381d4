"""The value of each field of an issue, as the platform API shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.jira.entities import CustomField, FieldKind
from sandbox.jira.issue import Issue
from sandbox.jira.settings import SecurityLevel
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.restriction import readable
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.planning import sprintshapes
from sandbox.jira.wire.ticket import contributions, effort
from sandbox.jira.wire.ticket.contributions import attachment_shape, comment_shape, worklog_shape

EMBEDDED_WORKLOGS = 20
Value = object
_Reader = Callable[[Visit, Issue], Value]
_Custom = Callable[[Visit, CustomField, Any], Value]


def system_value(visit: Visit, issue: Issue, field_id: str) -> Value:
    """The value of a system field."""
    return _SYSTEM[field_id](visit, issue)


def custom_value(visit: Visit, issue: Issue, field: CustomField) -> Value:
    """The value of a custom field, None when empty."""
    match field.kind:
        case "sprint":
            show = sprintshapes.sprint_in_field if visit.state.site.is_cloud else sprintshapes.sprint_text
            return [show(visit.state.sprints[i]) for i in issue.sprint_ids] or None
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
    show = _CUSTOM.get(field.kind)
    return show(visit, field, value) if show else value


def _option(visit: Visit, field: CustomField, text: str) -> Json:
    number = field.options[text]
    return {"self": visit.rest(f"customFieldOption/{number}"), "value": text, "id": str(number)}


def _cascade(visit: Visit, field: CustomField, path: tuple[str, ...]) -> Json:
    shape = _option(visit, field, path[0])
    if len(path) > 1:
        child = _option(visit, field, "\x1f".join(path))
        shape["child"] = child | {"value": path[1]}
    return shape


def _version(visit: Visit, _field: CustomField, number: str) -> Json:
    return shapes.version(visit, visit.state.versions[int(number)])


def _group(visit: Visit, _field: CustomField, group_id: str) -> Json:
    return shapes.group(visit, visit.state.groups[group_id])


def _organization(visit: Visit, _field: CustomField, number: str) -> Json:
    home = visit.link(f"/rest/servicedeskapi/organization/{number}")
    return {"id": number, "name": visit.state.organizations[int(number)].name, "_links": {"self": home}}


def _person(visit: Visit, _field: CustomField, account_id: str) -> Json | None:
    return shapes.person(visit, account_id)


def _each(show: _Custom) -> _Custom:
    return lambda visit, field, values: [show(visit, field, value) for value in values]


_CUSTOM: dict[FieldKind, _Custom] = {
    "option": _option,
    "options": _each(_option),
    "cascading": _cascade,
    "user": _person,
    "users": _each(_person),
    "group": _group,
    "groups": _each(_group),
    "version": _version,
    "versions": _each(_version),
    "organizations": _each(_organization),
    "textarea": lambda visit, _, text: contributions.rich_text(visit, text),
    "datetime": lambda visit, _, text: visit.stamp(datetime.fromisoformat(text)),
    "number": lambda _v, _f, value: float(value),
    "story_points_estimate": lambda _v, _f, value: float(value),
}


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


def subtasks(visit: Visit, issue: Issue) -> list[Json]:
    """The sub-tasks of an issue that the caller sees, the oldest first."""
    state = visit.state
    children = (state.issues[i] for i in sorted(state.children.get(issue.id, ())))
    return [
        linked_issue(visit, child)
        for child in children
        if state.types[child.type_id].level < 0 and state.can_see(visit.user, child)
    ]


def _worklog(visit: Visit, issue: Issue) -> Json:
    held = readable(visit, issue, issue.worklogs)
    first = held[:EMBEDDED_WORKLOGS]
    return {
        "startAt": 0,
        "maxResults": EMBEDDED_WORKLOGS,
        "total": len(held),
        "worklogs": [worklog_shape(visit, issue, worklog) for worklog in first],
    }


def _watches(visit: Visit, issue: Issue) -> Json:
    return {
        "self": visit.rest(f"issue/{issue.key}/watchers"),
        "watchCount": len(issue.watchers),
        "isWatching": visit.user.account_id in issue.watchers,
    }


def _votes(visit: Visit, issue: Issue) -> Json:
    return {
        "self": visit.rest(f"issue/{issue.key}/votes"),
        "votes": len(issue.voters),
        "hasVoted": visit.user.account_id in issue.voters,
    }


def _security(visit: Visit, issue: Issue) -> Json | None:
    if issue.security_id is None:
        return None
    known = visit.state.security_levels.get(issue.security_id)
    return shapes.security_level(
        visit, known or SecurityLevel(issue.security_id, f"Level {issue.security_id}")
    )


def issue_links(visit: Visit, issue: Issue) -> list[Json]:
    """The links of an issue to those the login may see, each telling the other side."""
    shown = []
    for link_id in visit.state.links_of.get(issue.id, ()):
        link = visit.state.links[link_id]
        outward = link.source_id == issue.id
        other = visit.state.issues[link.target_id if outward else link.source_id]
        if visit.state.can_see(visit.user, other):
            kind = shapes.link_type(visit, visit.state.link_types[link.type_id])
            home = {"id": str(link.id), "self": visit.rest(f"issueLink/{link.id}"), "type": kind}
            shown.append(home | {"outwardIssue" if outward else "inwardIssue": linked_issue(visit, other)})
    return shown


def _comments(visit: Visit, issue: Issue) -> Json:
    shown = [comment_shape(visit, issue, entry) for entry in readable(visit, issue, issue.comments)]
    home = visit.rest(f"issue/{issue.id}/comment")
    return {
        "comments": shown, "self": home, "maxResults": len(shown), "total": len(shown), "startAt": 0,
    }  # fmt: skip


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
    "lastViewed": lambda visit, i: visit.stamp(visit.state.viewed.at(visit.user.account_id, i.id)),
    "issuerestriction": lambda _, _i: {"issuerestrictions": {}, "shouldDisplay": False},
    "watches": _watches,
    "created": lambda v, i: v.stamp(i.created_at),
    "priority": lambda v, i: i.priority_id and shapes.priority(v, v.state.priorities[i.priority_id]),
    "labels": lambda _, i: list(i.labels),
    "timeestimate": lambda _, i: i.remaining_estimate,
    "aggregatetimeoriginalestimate": _aggregate("original_estimate"),
    "versions": lambda v, i: [shapes.version(v, v.state.versions[n]) for n in i.version_ids],
    "issuelinks": issue_links,
    "assignee": lambda v, i: shapes.person(v, i.assignee),
    "updated": lambda v, i: v.stamp(i.updated_at),
    "status": lambda v, i: shapes.status(v, v.state.statuses[i.status_id]),
    "components": lambda v, i: [shapes.component(v, v.state.components[n]) for n in i.component_ids],
    "timeoriginalestimate": lambda _, i: i.original_estimate,
    "description": lambda v, i: contributions.rich_text(v, i.description),
    "timetracking": lambda _, i: effort.timetracking(i),
    "security": _security,
    "aggregatetimeestimate": _aggregate("remaining_estimate"),
    "summary": lambda _, i: i.summary,
    "creator": lambda v, i: shapes.person(v, i.creator),
    "subtasks": subtasks,
    "reporter": lambda v, i: shapes.person(v, i.reporter),
    "aggregateprogress": _aggregate_progress,
    "environment": lambda v, i: contributions.rich_text(v, i.environment),
    "attachment": lambda v, i: [attachment_shape(v, entry) for entry in i.attachments or ()],
    "duedate": lambda _, i: i.due_on and i.due_on.isoformat(),
    "progress": lambda _, i: effort.progress(i.time_spent, i.remaining_estimate),
    "votes": _votes,
    "comment": _comments,
    "worklog": _worklog,
}  # fmt: skip
