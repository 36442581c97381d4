"""The issues that operands name: one by key or id, or those a function finds."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime

from sandbox.jira.issue import Issue
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.functions import expects, unknown
from sandbox.jira.jql.kinds import Context, Filled
from sandbox.jira.jql.people import person
from sandbox.jira.jql.resolve import Names, literal
from sandbox.jira.jql.syntax import Call, Value


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
    found = _FUNCTIONS.get(operand.name.lower())
    if found is None:
        raise unknown(operand)
    return frozenset(found(context, operand))


def _linked(context: Context, call: Call) -> set[Hashable]:
    expects(call, 1)
    state, kinds = context.state, call.arguments[1:]
    start, ids = issue(context, Value(call.arguments[0])), set[Hashable]()
    known = {word.lower() for kind in state.link_types.values() for word in (kind.inward, kind.outward)}
    for word in kinds:
        if word.lower() not in known:
            raise JqlError(f"Issue link type '{word}' could not be found in function 'linkedIssues'.")
    wanted = {word.lower() for word in kinds}
    for number in state.links_of.get(start.id, ()):
        link = state.links[number]
        outward = link.source_id == start.id
        kind = state.link_types[link.type_id]
        if not wanted or (kind.outward if outward else kind.inward).lower() in wanted:
            ids.add(link.target_id if outward else link.source_id)
    return ids


def _updated_by(context: Context, call: Call) -> set[Hashable]:
    expects(call, 1, 3)
    (who,) = person("updatedBy")(context, Value(call.arguments[0]))
    bounds = [context.calendar.moment(Value(text), "updatedBy") for text in call.arguments[1:]]
    start, end = [*bounds, None, None][:2]

    def theirs(author: str, at: datetime) -> bool:
        return author == who and (not start or at >= start) and (not end or at <= end)

    return {
        held.id
        for held in context.state.issues.values()
        if theirs(held.creator, held.created_at) or any(theirs(e.author, e.at) for e in held.histories)
    }


def _watched(context: Context, call: Call) -> set[Hashable]:
    expects(call, 0, 0)
    return {held.id for held in context.state.issues.values() if context.user.account_id in held.watchers}


def _voted(context: Context, call: Call) -> set[Hashable]:
    expects(call, 0, 0)
    return {held.id for held in context.state.issues.values() if context.user.account_id in held.voters}


def _viewed(context: Context, call: Call) -> set[Hashable]:
    expects(call, 0, 0)
    return set(context.state.viewed.recent(context.user.account_id))


def _with_children(context: Context, call: Call) -> set[Hashable]:
    expects(call, 1)
    below = [issue(context, Value(key)).id for key in call.arguments]
    return {*below, *(found for number in below for found in _below(context, number))}


def _children(context: Context, call: Call) -> set[Hashable]:
    expects(call, 1, 1)
    return _below(context, issue(context, Value(call.arguments[0])).id)


def _below(context: Context, number: int) -> set[Hashable]:
    """An issue's children, and theirs."""
    children = context.state.children.get(number, set())
    return {*children, *(found for child in children for found in _below(context, child))}


_FUNCTIONS: dict[str, Callable[[Context, Call], set[Hashable]]] = {
    "linkedissues": _linked,
    "watchedissues": _watched,
    "votedissues": _voted,
    "updatedby": _updated_by,
    "parentepic": _with_children,
    "childissuesof": _children,
    "issuehistory": _viewed,
}
