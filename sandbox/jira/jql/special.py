"""Fields that answer clauses in their own way: keys, worklog days, filters, links, looks, properties."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from sandbox.jira.issue import Issue
from sandbox.jira.jql import resolve
from sandbox.jira.jql.errors import no_field, no_value, wrong_operator
from sandbox.jira.jql.issuenames import issues
from sandbox.jira.jql.kinds import Comparable, Context, Filled, Groups, Membership, Ordered, Predicate
from sandbox.jira.jql.syntax import Call, Clause, Empty
from sandbox.jira.jql.text import Text
from sandbox.jira.sharing import sees

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
        found = (issues(context, o) for o in clause.operands if not isinstance(o, Empty))
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
            visible = saved and sees(
                context.state, context.user, saved.owner, [*saved.shares, *saved.editors]
            )
            if saved is None or not visible:
                raise no_value(text, self.name)
            checks.append(matcher(check(saved.jql, context), context))
        wanted = clause.operator in ("=", "in")
        return lambda issue: any(fits(issue) for fits in checks) is wanted

    def candidates(self, _clause: Clause, _context: Context) -> None:
        """See Field."""


@dataclass(frozen=True, slots=True)
class LastViewed:
    """When the caller looked at an issue last."""

    name: str

    def predicate(self, clause: Clause, context: Context) -> Predicate:
        """See Field."""
        viewed, me = context.state.viewed, context.user.account_id
        own = Ordered(
            self.name,
            lambda issue: viewed.at(me, issue.id),
            lambda context, operand: context.calendar.moment(operand, self.name),
        )
        return own.predicate(clause, context)

    def candidates(self, _clause: Clause, _context: Context) -> None:
        """See Field."""


@dataclass(frozen=True, slots=True)
class LinkTypes:
    """By which words an issue is linked to others: "blocks", "is blocked by", or the name of both."""

    name: str

    def predicate(self, clause: Clause, context: Context) -> Predicate:
        """See Field."""
        return Membership(self.name, lambda issue: self._words(context, issue), self._word).predicate(
            clause, context
        )

    def candidates(self, _clause: Clause, _context: Context) -> None:
        """See Field."""

    def _words(self, context: Context, issue: Issue) -> tuple[str, ...]:
        links = (context.state.links[number] for number in context.state.links_of.get(issue.id, ()))
        kinds = ((context.state.link_types[link.type_id], link.source_id == issue.id) for link in links)
        return tuple(
            word.lower() for kind, out in kinds for word in (kind.name, kind.outward if out else kind.inward)
        )

    def _word(self, context: Context, operand: Filled) -> frozenset[Hashable]:
        text = resolve.literal(operand).lower()
        kinds = context.state.link_types.values()
        if text not in {word.lower() for k in kinds for word in (k.name, k.inward, k.outward)}:
            raise no_value(text, self.name)
        return frozenset({text})


@dataclass(frozen=True, slots=True)
class Property:
    """What lies at a path inside an issue property, if an app had it indexed."""

    name: str
    key: str
    path: tuple[str, ...]

    @classmethod
    def of(cls, context: Context, name: str) -> Property:
        """The field written `issue.property[key].path.inside`; JqlError when nothing is indexed there."""
        found = re.fullmatch(r"issue\.property\[([^\]]+)\]((?:\.[\w-]+)*)", name, re.IGNORECASE)
        if found is None or found[1] not in context.state.knobs.indexed_properties:
            raise no_field(name)
        return cls(name, found[1], tuple(found[2].split(".")[1:]))

    def predicate(self, clause: Clause, context: Context) -> Predicate:
        """See Field."""
        if clause.operator in ("~", "!~"):
            return Text(self.name, lambda _, issue: " ".join(map(str, self._leaves(issue)))).predicate(
                clause, context
            )
        if clause.operator in ("<", "<=", ">", ">="):
            return Ordered(self.name, self._number, resolve.number(self.name)).predicate(clause, context)
        return Membership(self.name, self._values, resolve.label).predicate(clause, context)

    def candidates(self, _clause: Clause, _context: Context) -> None:
        """See Field."""

    def _leaves(self, issue: Issue) -> list[object]:
        held: object = (issue.properties or {}).get(self.key)
        for step in self.path:
            held = held.get(step) if isinstance(held, dict) else None
        return [leaf for leaf in (held if isinstance(held, list) else [held]) if leaf is not None]

    def _values(self, issue: Issue) -> tuple[Hashable, ...]:
        return tuple(json.dumps(v) if isinstance(v, bool) else str(v).lower() for v in self._leaves(issue))

    def _number(self, issue: Issue) -> float | None:
        numbers = (v for v in self._leaves(issue) if isinstance(v, (int, float)) and not isinstance(v, bool))
        return next(numbers, None)
