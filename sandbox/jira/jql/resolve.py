"""What the operands of a clause name: entities, people, issues, sprints. What is hidden is not there."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Protocol

from sandbox.jira.durations import seconds_of
from sandbox.jira.entities import CustomField, Sprint
from sandbox.jira.issue import Issue
from sandbox.jira.jql.errors import JqlError, no_value
from sandbox.jira.jql.kinds import Context, Filled
from sandbox.jira.jql.syntax import Call, Value

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


def issues(context: Context, operand: Filled, field: str = "key") -> Names:
    """Ids of issues: one by key or id, or those a function names."""
    if not isinstance(operand, Call):
        return frozenset({issue(context, operand, field).id})
    me, state = context.user.account_id, context.state
    match operand.name.lower(), operand.arguments:
        case "linkedissues", (key, *kinds):
            return _linked(context, issue(context, Value(key), field), kinds)
        case "watchedissues", ():
            return frozenset(i.id for i in state.issues.values() if me in i.watchers)
        case "votedissues", ():
            return frozenset(i.id for i in state.issues.values() if me in i.voters)
        case "updatedby", (name, *since):
            return _updated_by(context, name, since)
        case "parentepic", keys if keys:
            return frozenset(i for key in keys for i in _family(context, issue(context, Value(key), field)))
        case _:
            raise JqlError(f"Unable to find JQL function '{operand}'.")


def _linked(context: Context, found: Issue, kinds: list[str]) -> Names:
    state, ids = context.state, set[Hashable]()
    known = {word.lower() for kind in state.link_types.values() for word in (kind.inward, kind.outward)}
    for word in kinds:
        if word.lower() not in known:
            raise JqlError(f"Issue link type '{word}' could not be found in function 'linkedIssues'.")
    wanted = {word.lower() for word in kinds}
    for number in state.links_of.get(found.id, ()):
        link = state.links[number]
        outward = link.source_id == found.id
        kind = state.link_types[link.type_id]
        if not wanted or (kind.outward if outward else kind.inward).lower() in wanted:
            ids.add(link.target_id if outward else link.source_id)
    return frozenset(ids)


def _updated_by(context: Context, name: str, since: list[str]) -> Names:
    (who,) = person("updatedBy")(context, Value(name))
    bounds = [context.calendar.moment(Value(text), "updatedBy") for text in since[:2]]
    start, end = [*bounds, None, None][:2]
    return frozenset(
        issue.id
        for issue in context.state.issues.values()
        if (issue.creator == who and not bounds)
        or any(
            entry.author == who and (not start or entry.at >= start) and (not end or entry.at <= end)
            for entry in issue.histories
        )
    )


def _family(context: Context, epic: Issue) -> set[int]:
    """An issue's children, and theirs."""
    below = context.state.children.get(epic.id, set())
    return {epic.id, *below, *(sub for child in below for sub in context.state.children.get(child, ()))}


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
    board = context.state.boards.get(candidate.board_id)
    return board is not None and context.state.can_see_project(context.user, board.project_id)


def person(field: str) -> Callable[[Context, Filled], Names]:
    """A resolver for people by account id, mail address or name, and for currentUser()."""

    def resolve(context: Context, operand: Filled) -> Names:
        if isinstance(operand, Call) and operand.name.lower() == "currentuser" and not operand.arguments:
            return frozenset({context.user.account_id})
        if isinstance(operand, Call) and operand.name.lower() == "membersof":
            return _members(context, operand)
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


def _members(context: Context, call: Call) -> Names:
    if len(call.arguments) != 1:
        raise JqlError(f"Function 'membersOf' expected '1' arguments but received '{len(call.arguments)}'.")
    for group in context.state.groups.values():
        if group.name.lower() == call.arguments[0].lower() or group.id == call.arguments[0]:
            return frozenset(group.members)
    raise JqlError(f"Function 'membersOf' can not generate a list of usernames for group "
                   f"'{call.arguments[0]}'; the group does not exist.")  # fmt: skip


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
