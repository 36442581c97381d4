"""The shape of a parsed query."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Value:
    """A literal as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function call: `startOfDay("-1d")`."""

    name: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.arguments)})"


@dataclass(frozen=True, slots=True)
class Empty:
    """EMPTY or NULL."""


Operand = Value | Call | Empty


@dataclass(frozen=True, slots=True)
class Clause:
    """`field operator operands`; only the `in` operators have several operands. `operator` is lower case.

    `predicates` belong to "changed" and the "was" operators: (word, operands) such as ("after", …).
    """

    field: str
    operator: str
    operands: tuple[Operand, ...]
    predicates: tuple[tuple[str, tuple[Operand, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class And:
    """Every part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Some part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node


Node = Clause | And | Or | Not


@dataclass(frozen=True, slots=True)
class Sort:
    """One ORDER BY field; `descending` None means the field's own default."""

    field: str
    descending: bool | None


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query; `where` is None when it restricts nothing."""

    where: Node | None
    order: tuple[Sort, ...]


_OPPOSITE = {
    "=": "!=",
    "!=": "=",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "~": "!~",
    "!~": "~",
    "in": "not in",
    "not in": "in",
    "is": "is not",
    "is not": "is",
    "was": "was not",
    "was not": "was",
    "was in": "was not in",
    "was not in": "was in",
    "changed": "not changed",
    "not changed": "changed",
}


def push_down(node: Node, *, negate: bool = False) -> Clause | And | Or:
    """The same query without Not: negation turns operators around, as Jira does it, so that
    `NOT labels = x` leaves out issues without labels just as `labels != x` does."""
    match node:
        case Clause(operator=operator):
            return replace(node, operator=_OPPOSITE[operator]) if negate else node
        case Not(part):
            return push_down(part, negate=not negate)
        case And(parts):
            pushed = tuple(push_down(part, negate=negate) for part in parts)
            return Or(pushed) if negate else And(pushed)
        case Or(parts):
            pushed = tuple(push_down(part, negate=negate) for part in parts)
            return And(pushed) if negate else Or(pushed)
