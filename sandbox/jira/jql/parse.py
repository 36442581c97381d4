"""JQL text to its tree, by recursive descent: or > and > not > clause."""

from __future__ import annotations

from sandbox.jira.jql.errors import JqlError, JqlSyntaxError, syntax
from sandbox.jira.jql.functions import check_list, check_one
from sandbox.jira.jql.syntax import And, Call, Clause, Empty, Node, Not, Operand, Or, Query, Sort, Value
from sandbox.jira.jql.tokens import RESERVED_WORDS, Token, tokenize

MAX_ORDER_FIELDS = 7
_PREDICATES = ("after", "before", "on", "during", "by", "from", "to")
_OPERATORS = (
    "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'."
)


def parse(text: str) -> Query:
    """The tree of `text`; JqlError when it is not JQL."""
    try:
        return _Parser(tokenize(text)).query()
    except JqlSyntaxError as error:
        raise error.located(text) from None


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        where = None if self._peek().kind == "end" or self._peek().says("order") else self._or()
        order = self._order() if self._peek().says("order") else ()
        if self._peek().kind != "end":
            expected = "','" if order else "either 'OR' or 'AND'"
            raise syntax(f"Expecting {expected} but got '{self._peek().text}'.", self._peek().position)
        return Query(where, order)

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._peek()
        self._at += token.kind != "end"
        return token

    def _taken(self, *keywords: str) -> bool:
        found = self._peek().says(*keywords)
        self._at += found
        return found

    def _or(self) -> Node:
        parts = [self._and()]
        while self._taken("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self) -> Node:
        parts = [self._not()]
        while self._taken("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _not(self) -> Node:
        if self._taken("not"):
            return Not(self._not())
        if self._peek().kind != "open":
            return self._clause()
        self._take()
        inner = self._or()
        if self._peek().kind == "end":
            raise syntax("Expecting ')' before the end of the query.")
        if self._peek().kind != "close":
            raise syntax(f"Expecting ')' but got '{self._peek().text}'.", self._peek().position)
        self._take()
        return inner

    def _clause(self) -> Clause:
        field = self._name("a field name")
        operator = self._operator()
        if operator == "changed":
            return Clause(field, operator, (), self._predicates())
        if operator.endswith("in"):
            listed = self._peek().kind == "open"
            operands = self._list()
            if not listed:
                check_list(operator, operands[0], field)
            return Clause(field, operator, operands, self._predicates() if operator[:3] == "was" else ())
        operand = self._operand()
        check_one(operator, operand, field)
        if operator in ("is", "is not") and not isinstance(operand, Empty):
            raise JqlError(f"The operator '{operator}' only supports 'EMPTY' and 'NULL'.")
        return Clause(field, operator, (operand,), self._predicates() if operator[:3] == "was" else ())

    def _predicates(self) -> tuple[tuple[str, tuple[Operand, ...]], ...]:
        """What follows a clause about the past: when, by whom, from and to what."""
        found = []
        while self._peek().says(*_PREDICATES):
            word = self._take().text.lower()
            found.append((word, self._list()))
        return tuple(found)

    def _name(self, wanted: str) -> str:
        token = self._take()
        if token.kind == "end":
            raise syntax(f"Expecting {wanted} before the end of the query.")
        if token.kind not in ("word", "string"):
            raise syntax(f"Expecting {wanted} but got '{token.text}'.", token.position)
        if token.says(*RESERVED_WORDS):
            raise syntax(
                f"'{token.text}' is a reserved JQL word. You must surround it in quotation marks to use it "
                "in a query.",
                token.position,
            )
        return token.text

    def _operator(self) -> str:
        token = self._take()
        if token.kind == "operator":
            return token.text
        if token.says("is"):
            return "is not" if self._taken("not") else "is"
        if token.says("in"):
            return "in"
        if token.says("not") and self._taken("in"):
            return "not in"
        if token.says("was"):
            negated = "not " if self._taken("not") else ""
            return f"was {negated}in" if self._taken("in") else f"was {negated}".strip()
        if token.says("changed"):
            return "changed"
        if token.kind == "end":
            raise syntax(f"Expecting operator before the end of the query. {_OPERATORS}")
        raise syntax(f"Expecting operator but got '{token.text}'. {_OPERATORS}", token.position)

    def _list(self) -> tuple[Operand, ...]:
        if self._peek().kind != "open":
            return (self._operand(),)
        self._take()
        operands = [self._operand()]
        while self._peek().kind == "comma":
            self._take()
            operands.append(self._operand())
        if self._peek().kind == "end":
            raise syntax("Expecting either ')' or ',' before the end of the query.")
        if self._peek().kind != "close":
            raise syntax(f"Expecting either ')' or ',' but got '{self._peek().text}'.", self._peek().position)
        self._take()
        return tuple(operands)

    def _operand(self) -> Operand:
        if self._taken("empty", "null"):
            return Empty()
        text = self._name("either a value, list or function")
        if self._peek().kind == "open" and self._tokens[self._at - 1].kind in ("word", "string"):
            return Call(text, self._arguments())
        return Value(text)

    def _arguments(self) -> tuple[str, ...]:
        self._take()
        arguments: list[str] = []
        while self._peek().kind != "close":
            arguments.append(self._name("a function argument"))
            if self._peek().kind == "comma":
                self._take()
            elif self._peek().kind != "close":
                raise syntax(
                    f"Expecting either ')' or ',' but got '{self._peek().text}'.", self._peek().position
                )
        self._take()
        return tuple(arguments)

    def _order(self) -> tuple[Sort, ...]:
        self._take()
        if not self._taken("by"):
            raise syntax(f"Expecting 'by' but got '{self._peek().text}'.", self._peek().position)
        sorts = [self._sort()]
        while self._peek().kind == "comma":
            self._take()
            sorts.append(self._sort())
        if len(sorts) > MAX_ORDER_FIELDS:
            raise JqlError(f"JQL can be ordered by at most {MAX_ORDER_FIELDS} fields.")
        return tuple(sorts)

    def _sort(self) -> Sort:
        field = self._name("a field name")
        if self._taken("asc"):
            return Sort(field, descending=False)
        return Sort(field, descending=True if self._taken("desc") else None)
