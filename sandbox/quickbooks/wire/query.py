"""The query language: text to a Query, or refusal 4000. What names mean is selection.py's business."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sandbox.quickbooks.refusals import Refusal, unparsable_query

Operator = Literal["=", "!=", "<", ">", "<=", ">=", "IN", "LIKE"]
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:\\.|[^'\\])*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_][\w.]*)"
    r"|(?P<sign><=|>=|!=|[=<>(),*]))",
    re.DOTALL,
)
_COMPARISONS: tuple[Operator, ...] = ("=", "!=", "<", ">", "<=", ">=")
_DEFAULT_ROWS = 100


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a property, as written, with the values as text (IN has several)."""

    name: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. `columns` None means all, `count` asks for the number of rows only."""

    entity: str
    columns: tuple[str, ...] | None
    count: bool
    conditions: tuple[Condition, ...]
    order: tuple[tuple[str, bool], ...]  #: property and whether it descends
    start: int
    limit: int


def parse_query(text: str) -> Query:
    """`text` as a Query; keywords in any case. Raises Refusal 4000 where it is none."""
    parser = _Parser(_tokens(text))
    query = parser.query()
    parser.end()
    return query


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


_END = _Token("end", "<EOF>")


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise unparsable_query(f'Lexical error at column {at + 1}. Encountered: "{text[at : at + 20]}"')
        tokens.append(_Token(str(match.lastgroup), match.group(str(match.lastgroup))))
        at = match.end()
    return tokens


class _Parser:
    """Recursive descent over the tokens; one method per clause."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        self._keyword("SELECT")
        columns, count = self._columns()
        self._keyword("FROM")
        entity = self._word()
        conditions = self._conditions() if self._took("WHERE") else ()
        order = self._order() if self._took_order() else ()
        start = self._whole_number() if self._took("STARTPOSITION") else 1
        limit = self._whole_number() if self._took("MAXRESULTS") else _DEFAULT_ROWS
        return Query(entity, columns, count, conditions, order, start, limit)

    def end(self) -> None:
        if self._next is not _END:
            raise self._unexpected("<EOF>")

    def _columns(self) -> tuple[tuple[str, ...] | None, bool]:
        if self._took("COUNT"):
            for sign in "(*)":
                self._sign(sign)
            return None, True
        columns = [self._column()]
        while self._took(","):
            columns.append(self._column())
        return (None if "*" in columns else tuple(columns)), False

    def _column(self) -> str:
        return "*" if self._took("*") else self._word()

    def _conditions(self) -> tuple[Condition, ...]:
        conditions = [self._condition()]
        while self._took("AND"):
            conditions.append(self._condition())
        return tuple(conditions)

    def _condition(self) -> Condition:
        name = self._word()
        for operator in _COMPARISONS:
            if self._took(operator):
                return Condition(name, operator, (self._value(),))
        if self._took("LIKE"):
            return Condition(name, "LIKE", (self._value(),))
        if self._took("IN"):
            return Condition(name, "IN", self._list())
        raise self._unexpected("an operator")

    def _list(self) -> tuple[str, ...]:
        self._sign("(")
        values = [self._value()]
        while self._took(","):
            values.append(self._value())
        self._sign(")")
        return tuple(values)

    def _value(self) -> str:
        token = self._next
        if token.kind == "text":
            self._at += 1
            return re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL)
        if token.kind == "number" or token.text.upper() in ("TRUE", "FALSE", "CURRENT_DATE"):
            self._at += 1
            return token.text
        raise self._unexpected("a value")

    def _took_order(self) -> bool:
        """`ORDERBY` is documented; `ORDER BY` is what python-quickbooks' all() sends."""
        if self._took("ORDERBY"):
            return True
        if not self._took("ORDER"):
            return False
        self._keyword("BY")
        return True

    def _order(self) -> tuple[tuple[str, bool], ...]:
        order = [self._ordering()]
        while self._took(","):
            order.append(self._ordering())
        return tuple(order)

    def _ordering(self) -> tuple[str, bool]:
        name = self._word()
        descends = self._took("DESC")
        if not descends:
            self._took("ASC")
        return name, descends

    def _whole_number(self) -> int:
        token = self._next
        if token.kind != "number" or not token.text.lstrip("-").isdecimal():
            raise self._unexpected("<INTEGER>")
        self._at += 1
        return int(token.text)

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _took(self, wanted: str) -> bool:
        found = self._next.kind in ("word", "sign") and self._next.text.upper() == wanted
        self._at += found
        return found

    def _keyword(self, wanted: str) -> None:
        if not self._took(wanted):
            raise self._unexpected(wanted)

    _sign = _keyword

    def _word(self) -> str:
        token = self._next
        if token.kind != "word":
            raise self._unexpected("a name")
        self._at += 1
        return token.text

    def _unexpected(self, wanted: str) -> Refusal:
        return unparsable_query(f'Encountered "{self._next.text}", was expecting {wanted}')
