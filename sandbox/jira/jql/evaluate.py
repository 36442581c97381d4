"""A query run over the site: narrowed by the indexes, checked issue by issue, hidden issues left out."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.jira.issue import Issue
from sandbox.jira.jql import past
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.fields import find
from sandbox.jira.jql.kinds import Context, Groups, Predicate
from sandbox.jira.jql.order import arrange
from sandbox.jira.jql.parse import parse
from sandbox.jira.jql.syntax import And, Clause, Node, Not, Or, Query, push_down

UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."


def search(text: str, context: Context, *, consistent: Iterable[int] = ()) -> list[Issue]:
    """What `run` finds for the query in `text`."""
    return run(parse(text), context, consistent=consistent)


def check(text: str, context: Context) -> Query:
    """The tree of a query that makes sense here; JqlError when it names what is not there."""
    query = parse(text)
    if query.where is not None:
        _predicate(query.where, context)
    arrange([], query.order, context)
    return query


def matcher(query: Query, context: Context) -> Predicate:
    """What an issue, as it is now, must fulfil for the query to find it."""
    return (lambda _: True) if query.where is None else _predicate(query.where, context)


def run(query: Query, context: Context, *, consistent: Iterable[int] = ()) -> list[Issue]:
    """Visible issues that match, in order, as the (perhaps lagging) index shows them.

    The `consistent` ids are looked at as they are now. A query without a restriction is a JqlError.
    """
    if query.where is None:
        raise JqlError(UNBOUNDED)
    matches, groups = _predicate(query.where, context), _candidates(query.where, context)
    narrowed = None if groups is None else set[int]().union(*groups)
    found = [issue for issue in _documents(context, narrowed, set(consistent)) if matches(issue)]
    return arrange(found, query.order, context)


def _documents(context: Context, narrowed: set[int] | None, fresh: set[int]) -> Iterable[Issue]:
    state, user = context.state, context.user
    behind = state.lag.pending(context.calendar.now) - fresh
    for issue_id in behind:
        document = state.lag.view(issue_id, None)
        if document and issue_id not in state.archived and state.can_see(user, document):
            yield document
    left_out = behind | state.archived
    for issue_id in state.issues if narrowed is None else narrowed:
        if issue_id not in left_out and state.can_see(user, issue := state.issues[issue_id]):
            yield issue


def _predicate(node: Node, context: Context) -> Predicate:
    match node:
        case Not():
            return _predicate(push_down(node), context)
        case Clause(operator=operator) if operator in past.OPERATORS:
            find(context, node.field)
            return past.predicate(node, context)
        case Clause():
            checks = [field.predicate(node, context) for field in find(context, node.field)]
            return checks[0] if len(checks) == 1 else _joined(node, checks)
        case And(parts):
            return _all([_predicate(part, context) for part in parts])
        case Or(parts):
            return _any([_predicate(part, context) for part in parts])


def _joined(clause: Clause, checks: list[Predicate]) -> Predicate:
    """Fields that share a name: a positive clause needs one of them, a negative or `is empty` clause all."""
    empties = clause.operator == "is"
    return _all(checks) if empties or clause.operator in ("!=", "not in", "!~") else _any(checks)


def _all(checks: list[Predicate]) -> Predicate:
    return lambda issue: all(check(issue) for check in checks)


def _any(checks: list[Predicate]) -> Predicate:
    return lambda issue: any(check(issue) for check in checks)


def _candidates(node: Node, context: Context) -> Groups | None:
    match node:
        case Not():
            return _candidates(push_down(node), context)
        case Clause(operator=operator) if operator in past.OPERATORS:
            return None
        case Clause():
            return _together([field.candidates(node, context) for field in find(context, node.field)])
        case And(parts):
            known = [found for part in parts if (found := _candidates(part, context)) is not None]
            return min(known, key=lambda groups: sum(map(len, groups)), default=None)
        case Or(parts):
            return _together([_candidates(part, context) for part in parts])


def _together(alternatives: list[Groups | None]) -> Groups | None:
    known = [groups for groups in alternatives if groups is not None]
    return [group for groups in known for group in groups] if len(known) == len(alternatives) else None
