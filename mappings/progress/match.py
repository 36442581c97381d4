"""Whether a rule reaches a piece of work: a closed grammar of words, each clause with what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from mappings.contract.works import (
    AcceptanceWork,
    DateWork,
    EpicsWork,
    EpicWork,
    FieldTest,
    MatchTable,
    SprintsWork,
    VersionsWork,
    VersionWork,
    Work,
)
from mappings.progress.fields import FieldGap, FieldIndex
from mappings.progress.subjects import Agreed, Subject, kind_of
from mappings.progress.verdict import Clause
from mappings.words.numbers import number_in
from mappings.words.text import inert
from model.work import Issue, Sprint, Version


class _Condition(NamedTuple):
    """One clause before it is put into words: matching needs only `holds`, and is asked far more often."""

    holds: bool
    asks: str
    allowed: tuple[str, ...]
    seen: tuple[str, ...]

    def clause(self) -> Clause:
        text = f"{self.asks} {' or '.join(map(repr, self.allowed))}"
        return Clause(text, self.holds, inert(", ".join(self.seen)) or "nothing")


def reaches(work: Work, subject: Subject, fields: FieldIndex) -> bool:
    """True when every clause of `work` holds for `subject`."""
    return all(condition.holds for condition in _conditions(work, subject, fields))


def clauses(work: Work, subject: Subject, fields: FieldIndex) -> tuple[Clause, ...]:
    """Each condition of `work` with what was seen; a rule for another kind of work has one that fails."""
    return tuple(condition.clause() for condition in _conditions(work, subject, fields))


def field_clause(test: FieldTest, issue: Issue, fields: FieldIndex) -> Clause:
    """The clause of a custom field test."""
    return _field(test, issue, fields).clause()


def word_clause(asks: str, allowed: tuple[str, ...], seen: tuple[str, ...]) -> Clause:
    """The clause that any of the words `seen` is `allowed`."""
    return _any_of(asks, allowed, seen).clause()


def like(text: str, pattern: str) -> bool:
    """True when `text` fits `pattern`, where * is any text and ? any one character; case does not matter.

    The work is bounded by the product of the lengths: many stars cannot hang on a hostile name.
    """
    text, pattern = text.casefold(), pattern.casefold()
    at = place = 0
    star, retry = -1, 0
    while at < len(text):
        if place < len(pattern) and pattern[place] == "*":
            star, retry = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("?", text[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            retry += 1
            at, place = retry, star + 1
        else:
            return False
    return all(letter == "*" for letter in pattern[place:])


def _conditions(work: Work, subject: Subject, fields: FieldIndex) -> Iterator[_Condition]:
    match work, subject:
        case EpicsWork(table), Issue():
            yield from _table(table, subject, fields)
        case EpicWork(key), Issue():
            yield _any_of("is epic", (key,), (subject.key,))
        case SprintsWork(board, name), Sprint():
            yield _any_of("board is", (board,), (subject.board_name, subject.board_id))
            yield _Condition(like(subject.name, name), "name is like", (name,), (subject.name,))
        case VersionWork(project, name), Version():
            yield _any_of("project is", (project,), (subject.project_key,))
            yield _any_of("version is", (name,), (subject.name,))
        case VersionsWork(project, name), Version():
            yield _any_of("project is", (project,), (subject.project_key,))
            yield _Condition(like(subject.name, name), "version is like", (name,), (subject.name,))
        case DateWork(id_), Agreed():
            yield _any_of("date is", (id_,), (subject.id,))
        case AcceptanceWork(id_), Agreed():
            yield _any_of("acceptance is", (id_,), (subject.id,))
        case _:
            yield _Condition(False, "is", ("work of this rule's kind",), (kind_of(subject),))


def _table(table: MatchTable, issue: Issue, fields: FieldIndex) -> Iterator[_Condition]:
    yield _any_of("project is", table.projects, (issue.project_key,))
    if table.labels:
        yield _any_of("label is", table.labels, issue.labels)
    if table.components:
        yield _any_of("component is", table.components, issue.components)
    if table.types:
        yield _any_of("type is", table.types, (issue.type_name,))
    if table.statuses:
        yield _any_of("status is", table.statuses, (issue.status,))
    if table.summary is not None:
        fits = like(issue.summary, table.summary)
        yield _Condition(fits, "summary is like", (table.summary,), (issue.summary,))
    for test in table.fields:
        yield _field(test, issue, fields)


def _field(test: FieldTest, issue: Issue, fields: FieldIndex) -> _Condition:
    asks = f"{test.name!r} is"
    values = fields.values(issue, test.name)
    if isinstance(values, FieldGap):
        return _Condition(False, asks, test.values, (f"unknown: {values.reason}",))
    present = {_comparable(value) for value in values}
    holds = any(_comparable(value) in present for value in test.values)
    return _Condition(holds, asks, test.values, values)


def _any_of(asks: str, allowed: tuple[str, ...], seen: tuple[str, ...]) -> _Condition:
    present = {value.casefold() for value in seen}
    return _Condition(any(word.casefold() in present for word in allowed), asks, allowed, seen)


def _comparable(value: str) -> str | Decimal:
    """Jira writes the number 10 as 10.0: numbers compare as numbers, other text without regard to case."""
    number = number_in(value)
    return value.casefold() if number is None else number
