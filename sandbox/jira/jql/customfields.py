"""Custom fields in queries: what they may be called, and how each kind is searched."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, datetime
from typing import Any

from sandbox.jira.entities import CustomField
from sandbox.jira.issue import Issue
from sandbox.jira.jql import resolve
from sandbox.jira.jql.kinds import Context, Field, Filled, Membership, Ordered
from sandbox.jira.jql.makers import day, members, moment, parent
from sandbox.jira.jql.people import person
from sandbox.jira.jql.releases import sprint, version
from sandbox.jira.jql.text import Text

Values = Callable[[Issue], tuple[Hashable, ...]]
_TITLES = {
    "text": "Short text",
    "textarea": "Paragraph",
    "number": "Number",
    "story_points_estimate": "Number",
    "option": "Dropdown",
    "options": "Checkboxes",
    "cascading": "Select List (cascading)",
    "date": "Date",
    "datetime": "Time stamp",
    "user": "User Picker (single user)",
    "users": "User Picker (multiple users)",
    "labels": "Labels",
}


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


def searchable(field: CustomField) -> Field:
    """A custom field as queries search it."""
    name, identity = field.name, field.id

    def value(issue: Issue) -> Any:
        return issue.values.get(identity)

    match field.kind:
        case "sprint":
            return Membership(
                name, lambda i: i.sprint_ids, sprint, lambda c, v: members(c.state.by_sprint, v)
            )
        case "epic_link" | "parent_link":
            return parent(name)
        case "number" | "story_points_estimate":
            return Ordered(name, value, resolve.number(name))
        case "date":
            return day(name, lambda issue: (found := value(issue)) and date.fromisoformat(found))
        case "datetime":
            return moment(name, lambda issue: (found := value(issue)) and datetime.fromisoformat(found))
        case "text" | "textarea" | "url" | "epic_name" | "rank":
            return Text(name, lambda _context, issue: value(issue) or "")
        case _:
            return _chosen(field)


def _chosen(field: CustomField) -> Membership:
    """A field whose values are chosen out of a set."""
    name, identity = field.name, field.id

    def values(issue: Issue) -> tuple[Any, ...]:
        found = issue.values.get(identity, ())
        return found if isinstance(found, tuple) else (found,)

    match field.kind:
        case "labels":
            return Membership(name, lambda i: tuple(str(v).lower() for v in values(i)), resolve.label)
        case "user" | "users":
            return Membership(name, values, person(name))
        case "group" | "groups":
            return Membership(name, values, _group)
        case "version" | "versions":
            return Membership(name, lambda i: tuple(int(v) for v in values(i)), version)
        case "organizations":
            named = resolve.named(name, lambda c: c.state.organizations)
            return Membership(name, lambda i: tuple(int(v) for v in values(i)), named)
        case "cascading":
            return Membership(name, lambda i: _paths(values(i)), resolve.cascade(field))
        case _:
            return Membership(name, values, resolve.option(field))


def _paths(chosen: tuple[str, ...]) -> tuple[Hashable, ...]:
    """A cascading value as itself and as its parent's: without a child it is (parent, None) too."""
    if not chosen:
        return ()
    return ((chosen[0],), (chosen[0], chosen[1] if len(chosen) > 1 else None))


def _group(context: Context, operand: Filled) -> frozenset[Hashable]:
    text = resolve.literal(operand)
    return frozenset(g.id for g in context.state.groups.values() if text.lower() in (g.name.lower(), g.id))
