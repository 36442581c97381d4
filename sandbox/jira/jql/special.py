"""Fields that answer clauses in their own way: keys with functions, days of worklogs, saved filters."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.jira.issue import Issue
from sandbox.jira.jql import resolve
from sandbox.jira.jql.errors import no_value, wrong_operator
from sandbox.jira.jql.kinds import Comparable, Context, Filled, Groups, Ordered, Predicate
from sandbox.jira.jql.syntax import Call, Clause, Empty

_COMPARE: dict[str, Callable[[Comparable, Comparable], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Keys:
    """Issue keys: in order like numbers, or named by functions such as linkedIssues()."""

    order: Ordered

    @property
    def name(self) -> str:
        """See Field."""
        return self.order.name

    def predicate(self, clause: Clause, context: Context) -> Predicate:
        """See Field."""
        if not any(isinstance(operand, Call) for operand in clause.operands):
            return self.order.predicate(clause, context)
        ids, wanted = self._ids(clause, context), clause.operator in ("=", "in")
        return lambda issue: (issue.id in ids) is wanted

    def candidates(self, clause: Clause, context: Context) -> Groups | None:
        """See Field."""
        if not any(isinstance(operand, Call) for operand in clause.operands):
            return self.order.candidates(clause, context)
        return [self._ids(clause, context)] if clause.operator in ("=", "in") else None

    def _ids(self, clause: Clause, context: Context) -> set[int]:
        if clause.operator not in ("=", "!=", "in", "not in"):
            raise wrong_operator(clause.operator, self.name)
        found = (resolve.issues(context, o) for o in clause.operands if not isinstance(o, Empty))
        return {number for ids in found for number in ids if isinstance(number, int)}


@dataclass(frozen=True, slots=True)
class Days:
    """A field with any number of days, one of which must fit."""

    name: str
    values: Callable[[Context, Issue], list[Comparable]]
    read: Callable[[Context, Filled], Comparable]

    def predicate(self, clause: Clause, context: Context) -> Predicate:
        """See Field."""
        operand = clause.operands[0]
        if clause.operator not in _COMPARE or isinstance(operand, Empty):
            raise wrong_operator(clause.operator, self.name)
        compare, limit = _COMPARE[clause.operator], self.read(context, operand)
        return lambda issue: any(compare(day, limit) for day in self.values(context, issue))

    def candidates(self, _clause: Clause, _context: Context) -> None:
        """See Field."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Saved filters inside a query, by id or name: what they find."""

    name: str

    def predicate(self, clause: Clause, context: Context) -> Predicate:
        """See Field."""
        from sandbox.jira.jql.evaluate import check, matcher

        if clause.operator not in ("=", "!=", "in", "not in"):
            raise wrong_operator(clause.operator, self.name)
        checks = []
        for operand in clause.operands:
            text = "" if isinstance(operand, Empty) else resolve.literal(operand)
            saved = next((f for f in context.state.filters.values() if text in (str(f.id), f.name)), None)
            visible = saved and (saved.owner == context.user.account_id or saved.shares or context.user.admin)
            if saved is None or not visible:
                raise no_value(text, self.name)
            checks.append(matcher(check(saved.jql, context), context))
        wanted = clause.operator in ("=", "in")
        return lambda issue: any(fits(issue) for fits in checks) is wanted

    def candidates(self, _clause: Clause, _context: Context) -> None:
        """See Field."""
