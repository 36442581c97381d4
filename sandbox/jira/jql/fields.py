"""Every searchable field of a site: the system's own by their clause names, and the custom ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from datetime import date, datetime
from typing import Any

from sandbox.jira.entities import CustomField
from sandbox.jira.issue import Issue
from sandbox.jira.jql import resolve
from sandbox.jira.jql.dates import Calendar
from sandbox.jira.jql.errors import JqlError, no_field
from sandbox.jira.jql.kinds import Comparable, Context, Field, Filled, Membership, Ordered, Text
from sandbox.jira.jql.special import Days, Filters, Keys

_TITLES = {
    "text": "Short text",
    "textarea": "Paragraph",
    "number": "Number",
    "story_points_estimate": "Number",
    "option": "Dropdown",
    "options": "Checkboxes",
    "date": "Date",
    "datetime": "Time stamp",
    "user": "User Picker (single user)",
    "labels": "Labels",
}


def find(context: Context, name: str) -> list[Field]:
    """The fields called `name`: one of the system's, or all visible custom fields of that name."""
    wanted = name.lower()
    if wanted in _SYSTEM:
        return [_SYSTEM[wanted]]
    found = [_custom(field) for field in custom_fields(context, wanted)]
    if not found:
        raise no_field(name)
    return found


def custom_fields(context: Context, name: str) -> list[CustomField]:
    """The visible custom fields that queries may call `name` (lower case)."""
    state = context.state
    visible = (
        field
        for field in state.fields.values()
        if field.project_id is None or state.can_see_project(context.user, field.project_id)
    )
    return [field for field in visible if name in (alias.lower() for alias in clause_names(field))]


def clause_names(field: CustomField) -> list[str]:
    """What queries may call a custom field."""
    names = [f"cf[{field.number}]", field.name]
    if field.untranslated:
        names.append(field.untranslated)
    if field.kind == "sprint":
        names.append("sprint")
    if field.kind in _TITLES:
        names.append(f"{field.name}[{_TITLES[field.kind]}]")
    return names


def key_of(issue: Issue) -> tuple[str, int]:
    """What issue keys sort by: project key, then number."""
    return issue.key.rpartition("-")[0], issue.number


def _one(value: Hashable | None) -> tuple[Hashable, ...]:
    return () if value is None else (value,)


def _moment(name: str, value: Callable[[Issue], datetime | None]) -> Ordered:
    return Ordered(name, value, lambda context, operand: context.calendar.moment(operand, name))


def _day(name: str, value: Callable[[Issue], date | None]) -> Ordered:
    return Ordered(name, value, lambda context, operand: _day_of(context.calendar, operand, name))


def _day_of(calendar: Calendar, operand: Filled, name: str) -> date:
    return calendar.moment(operand, name).astimezone(calendar.zone).date()


def _updated_since(context: Context, moment: Comparable) -> Collection[int]:
    return context.state.updated.since(moment) if isinstance(moment, datetime) else ()


def _key_read(context: Context, operand: Filled) -> Comparable:
    return key_of(resolve.issue(context, operand))


def _key_owner(context: Context, key: Comparable) -> Collection[int]:
    found = context.state.issue(f"{key[0]}-{key[1]}") if isinstance(key, tuple) else None
    return (found.id,) if found else ()


def _parent(name: str) -> Membership:
    return Membership(
        name,
        lambda issue: _one(issue.parent_id),
        lambda context, operand: resolve.issues(context, operand, name),
        lambda context, value: _members(context.state.children, value),
    )


def _members(index: dict[int, set[int]], value: Hashable) -> Collection[int]:
    return index.get(value, ()) if isinstance(value, int) else ()


def _by_alias(*fields: tuple[str, Field]) -> dict[str, Field]:
    return {alias: field for aliases, field in fields for alias in aliases.split()}


_PROJECT = Membership(
    "project",
    lambda issue: (issue.project_id,),
    resolve.project,
    lambda context, value: _members(context.state.by_project, value),
)
_UPDATED = Ordered(
    "updated",
    lambda issue: issue.updated_at,
    lambda context, operand: context.calendar.moment(operand, "updated"),
    _updated_since,
)
_VERSIONS = resolve.named("version", lambda c: c.state.versions)


def _comments(issue: Issue) -> str:
    return "\n".join(comment.body for comment in issue.comments or ())


def _all_text(issue: Issue) -> str:
    parts = (issue.summary, issue.description or "", issue.environment or "", _comments(issue))
    own = (value for value in issue.values.values() if isinstance(value, str))
    return "\n".join((*parts, *own))


def _worklog_authors(issue: Issue) -> tuple[Hashable, ...]:
    return tuple(worklog.author for worklog in issue.worklogs)


def _worklog_days(context: Context, issue: Issue) -> list[Comparable]:
    zone = context.calendar.zone
    return [worklog.started_at.astimezone(zone).date() for worklog in issue.worklogs]


def _day_read(context: Context, operand: Filled) -> Comparable:
    return _day_of(context.calendar, operand, "worklogDate")


def _workratio(issue: Issue) -> float | None:
    return (issue.time_spent or 0) * 100 / issue.original_estimate if issue.original_estimate else None


def _nothing(_context: Context, operand: Filled) -> frozenset[Hashable]:
    raise JqlError(f"The operand '{resolve.literal(operand)}' is not supported by the 'attachments' field.")


_SYSTEM: dict[str, Field] = _by_alias(
    ("project", _PROJECT),
    ("key issuekey issue id", Keys(Ordered("key", key_of, _key_read, exactly=_key_owner))),
    ("issuetype type", Membership("issuetype", lambda i: (i.type_id,), resolve.issue_type)),
    ("hierarchylevel", Membership("hierarchyLevel", lambda i: (i.type_id,), resolve.level)),
    (
        "status",
        Membership("status", lambda i: (i.status_id,), resolve.named("status", lambda c: c.state.statuses)),
    ),
    ("statuscategory", Membership("statusCategory", lambda i: (i.status_id,), resolve.category)),
    ("resolution", Membership("resolution", lambda i: _one(i.resolution_id), resolve.resolution)),
    (
        "priority",
        Membership(
            "priority", lambda i: _one(i.priority_id), resolve.named("priority", lambda c: c.state.priorities)
        ),
    ),
    (
        "component",
        Membership(
            "component", lambda i: i.component_ids, resolve.named("component", lambda c: c.state.components)
        ),
    ),
    (
        "fixversion",
        Membership("fixVersion", lambda i: i.fix_version_ids, _VERSIONS),
    ),
    ("parent", _parent("parent")),
    ("labels", Membership("labels", lambda i: tuple(label.lower() for label in i.labels), resolve.label)),
    ("assignee", Membership("assignee", lambda i: _one(i.assignee), resolve.person("assignee"))),
    ("reporter", Membership("reporter", lambda i: _one(i.reporter), resolve.person("reporter"))),
    ("creator", Membership("creator", lambda i: (i.creator,), resolve.person("creator"))),
    ("created createddate", _moment("created", lambda i: i.created_at)),
    ("updated updateddate", _UPDATED),
    ("resolved resolutiondate", _moment("resolved", lambda i: i.resolved_at)),
    ("statuscategorychangeddate", _moment("statusCategoryChangedDate", lambda i: i.category_changed_at)),
    ("due duedate", _day("due", lambda i: i.due_on)),
    ("timespent", Ordered("timespent", lambda i: i.time_spent, resolve.duration("timespent"))),
    (
        "originalestimate timeoriginalestimate",
        Ordered("originalEstimate", lambda i: i.original_estimate, resolve.duration("originalEstimate")),
    ),
    (
        "remainingestimate timeestimate",
        Ordered("remainingEstimate", lambda i: i.remaining_estimate, resolve.duration("remainingEstimate")),
    ),
    ("affectedversion", Membership("affectedVersion", lambda i: i.version_ids, _VERSIONS)),
    ("watcher", Membership("watcher", lambda i: i.watchers, resolve.person("watcher"))),
    ("voter", Membership("voter", lambda i: i.voters, resolve.person("voter"))),
    ("watchers", Ordered("watchers", lambda i: len(i.watchers), resolve.number("watchers"))),
    ("votes", Ordered("votes", lambda i: len(i.voters), resolve.number("votes"))),
    ("worklogauthor", Membership("worklogAuthor", _worklog_authors, resolve.person("worklogAuthor"))),
    ("worklogdate", Days("worklogDate", _worklog_days, _day_read)),
    ("worklogcomment", Text("worklogComment", lambda i: "\n".join(w.comment for w in i.worklogs))),
    ("level", Membership("level", lambda i: _one(i.security_id), resolve.security_level)),
    ("category", Membership("category", lambda i: (i.project_id,), resolve.project_category)),
    ("projecttype", Membership("projectType", lambda i: (i.project_id,), resolve.project_type)),
    ("filter savedfilter request", Filters("filter")),
    ("attachments", Membership("attachments", lambda i: _one(len(i.attachments or ()) or None), _nothing)),
    ("environment", Text("environment", lambda i: i.environment or "")),
    ("comment", Text("comment", _comments)),
    ("workratio", Ordered("workratio", _workratio, resolve.number("workratio"))),
    ("summary", Text("summary", lambda i: i.summary)),
    ("description", Text("description", lambda i: i.description or "")),
    ("text", Text("text", _all_text)),
)


def _custom(field: CustomField) -> Field:
    match field.kind:
        case "sprint":
            return Membership(
                field.name,
                lambda i: i.sprint_ids,
                resolve.sprint,
                lambda c, v: _members(c.state.by_sprint, v),
            )
        case "epic_link" | "parent_link":
            return _parent(field.name)
        case "option" | "options" | "labels" | "user":
            return _custom_membership(field)
        case _:
            return _custom_value(field)


def _custom_membership(field: CustomField) -> Field:
    identity = field.id

    def values(issue: Issue) -> tuple[Hashable, ...]:
        found = issue.values.get(identity, ())
        return found if isinstance(found, tuple) else (found,)

    match field.kind:
        case "labels":
            return Membership(field.name, lambda i: tuple(str(v).lower() for v in values(i)), resolve.label)
        case "user":
            return Membership(field.name, values, resolve.person(field.name))
        case _:
            return Membership(field.name, values, resolve.option(field))


def _custom_value(field: CustomField) -> Field:
    name, identity = field.name, field.id

    def value(issue: Issue) -> Any:
        return issue.values.get(identity)

    match field.kind:
        case "number" | "story_points_estimate":
            return Ordered(name, value, resolve.number(name))
        case "date":
            return _day(name, lambda issue: (found := value(issue)) and date.fromisoformat(found))
        case "datetime":
            return _moment(name, lambda issue: (found := value(issue)) and datetime.fromisoformat(found))
        case _:
            return Text(name, lambda issue: value(issue) or "")
