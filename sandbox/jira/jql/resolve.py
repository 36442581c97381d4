"""What the operands of a clause name: entities, words, numbers. What is hidden is not there."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Protocol

from sandbox.jira.durations import seconds_of
from sandbox.jira.entities import CustomField
from sandbox.jira.jql.errors import JqlError, no_value
from sandbox.jira.jql.functions import expects, unknown
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
        raise unknown(operand)
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
    """A visible project by id, key or name; or those that somebody leads or may do something in."""
    if isinstance(operand, Call):
        return _projects_of(context, operand)
    text = operand.text
    found = context.state.project(text) or next(
        (p for p in context.state.projects.values() if p.name.lower() == text.lower()), None
    )
    if found is None or not context.state.can_see_project(context.user, found.id):
        raise no_value(text, "project")
    return frozenset({found.id})


def _projects_of(context: Context, call: Call) -> Names:
    state, name = context.state, call.name.lower()
    expects(call, 0 if name == "projectsleadbyuser" else 1, 1)
    seen = [p for p in state.projects.values() if state.can_see_project(context.user, p.id)]
    match name, call.arguments:
        case "projectsleadbyuser", arguments:
            lead = _named_user(context, arguments)
            return frozenset(p.id for p in seen if p.lead == lead)
        case "projectswhereuserhaspermission", (permission,):
            key = permission.upper().replace(" ", "_")
            return frozenset(p.id for p in seen if state.holds(context.user, key, p.id))
        case "projectswhereuserhasrole", (wanted,):
            roles = [role for role in state.roles.values() if role.name.lower() == wanted.lower()]
            if not roles:
                raise no_value(wanted, "projectsWhereUserHasRole")
            return frozenset(p.id for p in seen if state.plays(context.user, roles[0], p.id))
        case _:
            raise unknown(call)


def component(context: Context, operand: Filled) -> Names:
    """Components by id or name, or those somebody leads."""
    if isinstance(operand, Call) and operand.name.lower() == "componentsleadbyuser":
        expects(operand, 0, 1)
        lead = _named_user(context, operand.arguments)
        return frozenset(entry.id for entry in context.state.components.values() if entry.lead == lead)
    return named("component", lambda c: c.state.components)(context, operand)


def _named_user(context: Context, arguments: tuple[str, ...]) -> str:
    if not arguments:
        return context.user.account_id
    users = context.state.users.values()
    names = (user.account_id for user in users if arguments[0] in (user.account_id, user.login, user.email))
    return next(names, "")


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


def label(_context: Context, operand: Filled) -> Names:
    """A label; any text may be one, and case does not matter."""
    return frozenset({literal(operand).lower()})


def security_level(context: Context, operand: Filled) -> Names:
    """A security level the caller is a member of."""
    usable = {
        number: level
        for number, level in context.state.security_levels.items()
        if number in context.user.security_levels
    }
    return named("level", lambda _: usable)(context, operand)


def project_category(context: Context, operand: Filled) -> Names:
    """The projects of a category."""
    wanted = named("category", lambda c: c.state.categories)(context, operand)
    return frozenset(p.id for p in context.state.projects.values() if p.category_id in wanted)


def project_type(context: Context, operand: Filled) -> Names:
    """The projects of a type."""
    text = literal(operand).lower()
    if text not in ("software", "business", "service_desk"):
        raise no_value(text, "projectType")
    return frozenset(p.id for p in context.state.projects.values() if p.type_key == text)


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


def cascade(field: CustomField) -> Callable[[Context, Filled], Names]:
    """A resolver for cascading options: (parent,), (parent, child), and (parent, None) for those without."""
    paths = {tuple(name.split("\x1f")): number for name, number in field.options.items()}

    def find(text: str, *, below: str | None = None) -> Names:
        known = {path for path in paths if below is None or (len(path) == 2 and path[0] == below)}
        found = frozenset(p for p in known if text.lower() in (p[-1].lower(), str(paths[p])))
        if not found:
            raise JqlError(f"The option '{text}' for field '{field.name}' does not exist.")
        return found

    def resolve(_context: Context, operand: Filled) -> Names:
        if not isinstance(operand, Call):
            return find(operand.text)
        if operand.name.lower() != "cascadeoption":
            raise unknown(operand)
        expects(operand, 1, 2)
        parents = frozenset(path for path in find(operand.arguments[0]) if isinstance(path, tuple))
        if len(operand.arguments) == 1:
            return parents
        if operand.arguments[1].lower() == "none":
            return frozenset((path[0], None) for path in parents)
        return frozenset().union(*(find(operand.arguments[1], below=path[0]) for path in parents))

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
