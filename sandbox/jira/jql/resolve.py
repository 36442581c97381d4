"""What the operands of a clause name: entities, people, issues, sprints. What is hidden is not there."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Protocol

from sandbox.jira.durations import seconds_of
from sandbox.jira.entities import CustomField, Issue, Sprint
from sandbox.jira.jql.errors import JqlError, no_value
from sandbox.jira.jql.kinds import Context, Filled
from sandbox.jira.jql.syntax import Call

_CATEGORIES = {
    "new": ("new", "2", "to do"),
    "indeterminate": ("indeterminate", "4", "in progress"),
    "done": ("done", "3", "complete"),
}
Names = frozenset[Hashable]


class _Named(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...


def literal(operand: Filled) -> str:
    """The text of an operand that may not be a function."""
    if isinstance(operand, Call):
        raise JqlError(f"Unable to find JQL function '{operand}'.")
    return operand.text


def named(
    field: str, registry: Callable[[Context], Mapping[int, _Named]]
) -> Callable[[Context, Filled], Names]:
    """A resolver for entities by id or, in any case, by name; several may share a name."""

    def resolve(context: Context, operand: Filled) -> Names:
        text = literal(operand)
        entries = registry(context)
        found = frozenset(entry.id for entry in entries.values() if entry.name.lower() == text.lower())
        if not found and text.isdigit() and int(text) in entries:
            found = frozenset({int(text)})
        if not found:
            raise no_value(text, field)
        return found

    return resolve


def project(context: Context, operand: Filled) -> Names:
    """A visible project by id, key or name."""
    text = literal(operand)
    found = context.state.project(text) or next(
        (p for p in context.state.projects.values() if p.name.lower() == text.lower()), None
    )
    if found is None or not context.state.can_see_project(context.user, found.id):
        raise no_value(text, "project")
    return frozenset({found.id})


def issue_type(context: Context, operand: Filled) -> Names:
    """Issue types by id or name, or those of a kind by function."""
    levels = {"standardissuetypes": (0, 1), "subtaskissuetypes": (-1,)}
    if isinstance(operand, Call) and operand.name.lower() in levels:
        wanted = levels[operand.name.lower()]
        return frozenset(t.id for t in context.state.types.values() if t.level in wanted)
    return named("issuetype", lambda c: c.state.types)(context, operand)


def resolution(context: Context, operand: Filled) -> Names:
    """A resolution; "Unresolved" is the empty one."""
    if literal(operand).lower() == "unresolved":
        return frozenset({None})
    return named("resolution", lambda c: c.state.resolutions)(context, operand)


def category(context: Context, operand: Filled) -> Names:
    """The statuses of a category, given by key, id or English name."""
    text = literal(operand)
    found = next((key for key, names in _CATEGORIES.items() if text.lower() in names), None)
    if found is None:
        raise no_value(text, "statusCategory")
    return frozenset(s.id for s in context.state.statuses.values() if s.category == found)


def level(context: Context, operand: Filled) -> Names:
    """The issue types of a hierarchy level."""
    text = literal(operand)
    found = frozenset(t.id for t in context.state.types.values() if str(t.level) == text)
    if not found:
        raise no_value(text, "hierarchyLevel")
    return found


def issue(context: Context, operand: Filled, field: str = "key") -> Issue:
    """A visible issue by key or id."""
    text = literal(operand)
    found = context.state.issue(text)
    if found is None or not context.state.can_see(context.user, found):
        what = "ID" if text.isdigit() else "key"
        raise JqlError(f"An issue with {what} '{text}' does not exist for field '{field}'.")
    return found


def sprint(context: Context, operand: Filled) -> Names:
    """Sprints of visible boards by id or name, or all in a state by function."""
    states = {"opensprints": ("active",), "closedsprints": ("closed",), "futuresprints": ("future",)}
    visible = [s for s in context.state.sprints.values() if _sees(context, s)]
    if isinstance(operand, Call):
        wanted = states.get(operand.name.lower())
        if wanted is None or operand.arguments:
            raise JqlError(f"Unable to find JQL function '{operand}'.")
        return frozenset(s.id for s in visible if s.state in wanted)
    text = operand.text
    found = frozenset(s.id for s in visible if s.name.lower() == text.lower() or str(s.id) == text)
    if not found:
        what = "id" if text.isdigit() else "name"
        raise JqlError(
            f"Sprint with {what} '{text}' does not exist or you do not have permission to view it."
        )
    return found


def _sees(context: Context, candidate: Sprint) -> bool:
    return context.state.can_see_project(context.user, context.state.boards[candidate.board_id].project_id)


def person(field: str) -> Callable[[Context, Filled], Names]:
    """A resolver for people by account id, mail address or name, and for currentUser()."""

    def resolve(context: Context, operand: Filled) -> Names:
        if isinstance(operand, Call) and operand.name.lower() == "currentuser" and not operand.arguments:
            return frozenset({context.user.account_id})
        text = literal(operand)
        users = context.state.users.values()
        found = frozenset(
            u.account_id
            for u in users
            if u.account_id == text or text.lower() in (u.email.lower(), u.name.lower())
        )
        if not found:
            raise no_value(text, field)
        return found

    return resolve


def label(_context: Context, operand: Filled) -> Names:
    """A label; any text may be one, and case does not matter."""
    return frozenset({literal(operand).lower()})


def option(field: CustomField) -> Callable[[Context, Filled], Names]:
    """A resolver for the options of a select field, by text or option id."""

    def resolve(_context: Context, operand: Filled) -> Names:
        text = literal(operand)
        found = frozenset(
            name for name, number in field.options.items() if text.lower() in (name.lower(), str(number))
        )
        if not found:
            raise JqlError(f"The option '{text}' for field '{field.name}' does not exist.")
        return found

    return resolve


def number(field: str) -> Callable[[Context, Filled], float]:
    """A reader of numbers."""

    def read(_context: Context, operand: Filled) -> float:
        text = literal(operand)
        try:
            return float(text)
        except ValueError:
            raise JqlError(f"The value '{text}' for the field '{field}' is not a valid number.") from None

    return read


def duration(field: str) -> Callable[[Context, Filled], float]:
    """A reader of durations in seconds: "1d 4h"; a plain number counts minutes."""

    def read(_context: Context, operand: Filled) -> float:
        text = literal(operand)
        found = seconds_of(text)
        if found is None:
            raise JqlError(f"The value '{text}' for the field '{field}' is not a valid duration.")
        return float(found)

    return read
