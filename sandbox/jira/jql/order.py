"""ORDER BY: what issues sort by, and which way when the query does not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.jira.entities import Component, Version
from sandbox.jira.issue import Issue
from sandbox.jira.jql.customfields import custom_fields
from sandbox.jira.jql.errors import no_field
from sandbox.jira.jql.fields import key_of, workratio
from sandbox.jira.jql.kinds import Comparable, Context
from sandbox.jira.jql.syntax import Sort

_CATEGORIES = ("new", "indeterminate", "done")
SortKey = Callable[[Issue], Comparable | None]

# Fields that sort downwards unless told otherwise (unverified: the reference says it depends on the field).
_NEWEST_FIRST = frozenset(
    (
        *("created", "createddate", "updated", "updateddate", "resolved", "resolutiondate", "due", "duedate"),
        *("statuscategorychangeddate", "priority", "lastviewed", "votes", "watchers"),
    )
)


def arrange(issues: list[Issue], order: tuple[Sort, ...], context: Context) -> list[Issue]:
    """`issues` sorted in place and returned; without an order, the newest first. Empty values go last in
    ascending order, first in descending order (unverified)."""
    issues.sort(key=lambda issue: issue.id, reverse=True)
    for sort in reversed(order):
        key = _sort_key(sort.field, context)
        descending = sort.field.lower() in _NEWEST_FIRST if sort.descending is None else sort.descending
        issues.sort(key=_nulls_last(key), reverse=descending)
    return issues


def _nulls_last(key: SortKey) -> Callable[[Issue], tuple[bool, Comparable]]:
    def placed(issue: Issue) -> tuple[bool, Comparable]:
        value = key(issue)
        return value is None, "" if value is None else value

    return placed


def _sort_key(name: str, context: Context) -> SortKey:
    wanted, state = name.lower(), context.state
    plain: dict[str, SortKey] = {
        **dict.fromkeys(("key", "issuekey", "issue"), key_of),
        "id": key_of,
        **dict.fromkeys(("created", "createddate"), lambda i: i.created_at),
        **dict.fromkeys(("updated", "updateddate"), lambda i: i.updated_at),
        **dict.fromkeys(("resolved", "resolutiondate"), lambda i: i.resolved_at),
        **dict.fromkeys(("due", "duedate"), lambda i: i.due_on),
        "statuscategorychangeddate": lambda i: i.category_changed_at,
        "project": lambda i: state.projects[i.project_id].name.lower(),
        "status": lambda i: i.status_id,
        **dict.fromkeys(("issuetype", "type"), lambda i: state.types[i.type_id].name.lower()),
        "priority": lambda i: -i.priority_id if i.priority_id is not None else None,
        "resolution": lambda i: i.resolution_id,
        "assignee": lambda i: state.users[i.assignee].name.lower() if i.assignee else None,
        "reporter": lambda i: state.users[i.reporter].name.lower() if i.reporter else None,
        "summary": lambda i: i.summary.lower(),
        "parent": lambda i: i.parent_id,
        "timespent": lambda i: i.time_spent,
        **dict.fromkeys(("originalestimate", "timeoriginalestimate"), lambda i: i.original_estimate),
        **dict.fromkeys(("remainingestimate", "timeestimate"), lambda i: i.remaining_estimate),
        "creator": lambda i: state.users[i.creator].name.lower(),
        "environment": lambda i: i.environment,
        "description": lambda i: i.description,
        "labels": lambda i: " ".join(i.labels).lower() or None,
        "level": lambda i: i.security_id,
        "votes": lambda i: len(i.voters),
        "watchers": lambda i: len(i.watchers),
        **dict.fromkeys(
            ("component", "components"), lambda i: _first_name(i.component_ids, state.components)
        ),
        **dict.fromkeys(
            ("fixversion", "fixversions"), lambda i: _first_place(i.fix_version_ids, state.versions)
        ),
        "affectedversion": lambda i: _first_place(i.version_ids, state.versions),
        "statuscategory": lambda i: _CATEGORIES.index(state.statuses[i.status_id].category),
        "lastviewed": lambda i: state.viewed.at(context.user.account_id, i.id),
        "workratio": workratio,
        "hierarchylevel": lambda i: state.types[i.type_id].level,
    }
    if wanted in plain:
        return plain[wanted]
    fields = custom_fields(context, wanted)
    if not fields:
        raise no_field(name)
    if fields[0].kind == "rank":
        return lambda issue: str(issue.values.get(fields[0].id, issue.first_rank))
    alike = [field.id for field in fields if field.kind == fields[0].kind]
    return lambda issue: _custom_key(issue, alike)


def _first_name(ids: tuple[int, ...], named: Mapping[int, Component]) -> str | None:
    return min((named[number].name.lower() for number in ids if number in named), default=None)


def _first_place(ids: tuple[int, ...], versions: Mapping[int, Version]) -> int | None:
    places = {number: place for place, number in enumerate(versions)}
    return min((places[number] for number in ids if number in places), default=None)


def _custom_key(issue: Issue, field_ids: list[str]) -> Comparable | None:
    found = next((issue.values[i] for i in field_ids if i in issue.values), None)
    return ",".join(found) if isinstance(found, tuple) else found
