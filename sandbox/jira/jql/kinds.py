"""How kinds of fields answer a clause: values out of a set, and values in an order."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sandbox.jira.entities import User
from sandbox.jira.issue import Issue
from sandbox.jira.jql.dates import Calendar
from sandbox.jira.jql.errors import wrong_operator
from sandbox.jira.jql.syntax import Call, Clause, Empty, Value
from sandbox.jira.state import JiraState

Predicate = Callable[[Issue], bool]
Comparable = str | float | datetime | date | tuple[str, int]
Filled = Value | Call
Groups = list[Collection[int]]  # sets of ids whose union is meant; kept apart because most are never used


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, of which site, and when."""

    state: JiraState
    user: User
    calendar: Calendar


class Field(Protocol):
    """A searchable field: turns clauses into predicates, and may name the only issues that can match."""

    @property
    def name(self) -> str: ...

    def predicate(self, clause: Clause, context: Context, /) -> Predicate:
        """What the clause demands of an issue; JqlError when it makes no sense."""
        ...

    def candidates(self, clause: Clause, context: Context, /) -> Groups | None:
        """Groups of ids outside of which nothing matches, or None when the field cannot tell."""
        ...


def _split(clause: Clause) -> tuple[list[Filled], bool]:
    filled = [operand for operand in clause.operands if not isinstance(operand, Empty)]
    return filled, len(filled) < len(clause.operands)


@dataclass(frozen=True, slots=True)
class Membership:
    """A field holding any number of values out of a set. `resolve` gives what an operand names; None in it
    means the empty field.

    Negative operators leave out issues whose field is empty, as the JQL reference says.
    """

    name: str
    values: Callable[[Issue], tuple[Hashable, ...]]
    resolve: Callable[[Context, Filled], frozenset[Hashable]]
    members: Callable[[Context, Hashable], Collection[int]] | None = None

    def predicate(self, clause: Clause, context: Context) -> Predicate:
        """See Field."""
        if clause.operator not in ("=", "!=", "in", "not in", "is", "is not"):
            raise wrong_operator(clause.operator, self.name)
        wanted, empty, values = *self._wanted(clause, context), self.values
        if clause.operator in ("=", "in", "is"):
            return lambda issue: not wanted.isdisjoint(found) if (found := values(issue)) else empty
        return lambda issue: bool(found := values(issue)) and wanted.isdisjoint(found)

    def candidates(self, clause: Clause, context: Context) -> Groups | None:
        """See Field."""
        if self.members is None or clause.operator not in ("=", "in"):
            return None
        wanted, empty = self._wanted(clause, context)
        if empty:
            return None
        return [self.members(context, value) for value in wanted]

    def _wanted(self, clause: Clause, context: Context) -> tuple[frozenset[Hashable], bool]:
        filled, empty = _split(clause)
        named = [self.resolve(context, operand) for operand in filled]
        wanted = frozenset[Hashable]().union(*named)
        return wanted - {None}, empty or None in wanted


_COMPARE: dict[str, Callable[[Comparable, Comparable], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Ordered:
    """A field holding one value that compares: a moment, a day, a number, a key."""

    name: str
    value: Callable[[Issue], Comparable | None]
    read: Callable[[Context, Filled], Comparable]
    since: Callable[[Context, Comparable], Collection[int]] | None = None
    exactly: Callable[[Context, Comparable], Collection[int]] | None = None

    def predicate(self, clause: Clause, context: Context) -> Predicate:
        """See Field."""
        if clause.operator in ("~", "!~"):
            raise wrong_operator(clause.operator, self.name)
        filled, empty = _split(clause)
        wanted, value = [self.read(context, operand) for operand in filled], self.value
        if clause.operator in _COMPARE:
            if empty:
                raise wrong_operator(clause.operator, self.name)
            return _comparing(clause.operator, value, wanted[0])
        accepted = frozenset(wanted)
        if clause.operator in ("=", "in", "is"):
            return lambda issue: found in accepted if (found := value(issue)) is not None else empty
        return lambda issue: (found := value(issue)) is not None and found not in accepted

    def candidates(self, clause: Clause, context: Context) -> Groups | None:
        """See Field."""
        filled, empty = _split(clause)
        if self.since and clause.operator in (">", ">="):
            return [self.since(context, self.read(context, filled[0]))]
        if self.exactly and clause.operator in ("=", "in") and not empty:
            return [self.exactly(context, self.read(context, operand)) for operand in filled]
        return None


def _comparing(sign: str, value: Callable[[Issue], Comparable | None], limit: Comparable) -> Predicate:
    compare = _COMPARE[sign]
    return lambda issue: (found := value(issue)) is not None and compare(found, limit)
