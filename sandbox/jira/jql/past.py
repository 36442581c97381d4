"""Clauses about the past of a field: what it was, and when, by whom, from and to what it changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.jira.issue import Issue, Item
from sandbox.jira.jql import resolve
from sandbox.jira.jql.errors import JqlError, wrong_operator
from sandbox.jira.jql.kinds import Context, Filled, Predicate
from sandbox.jira.jql.people import person
from sandbox.jira.jql.releases import version
from sandbox.jira.jql.syntax import Clause, Empty, Operand, Value

Names = frozenset[Hashable]
OPERATORS = ("was", "was not", "was in", "was not in", "changed", "not changed")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which a field held a value (the id as histories write it, None when empty), with
    the value it replaced and who brought it about."""

    value: str | None
    since: datetime
    until: datetime | None
    before: str | None = None
    by: str | None = None
    is_change: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The moments that the predicates of a clause allow: from `start` on, before `end`, by `people`."""

    start: datetime | None
    end: datetime | None
    people: Names | None

    def holds_at(self, at: datetime) -> bool:
        """Whether a moment lies within."""
        return (self.start is None or at >= self.start) and (self.end is None or at < self.end)

    def overlaps(self, span: Span) -> bool:
        """Whether a stretch of time lies within in part."""
        begins = self.end is None or span.since < self.end
        return begins and (self.start is None or span.until is None or span.until > self.start)


@dataclass(frozen=True, slots=True)
class Tracked:
    """A field whose past may be asked for: how histories name it, and what its operands mean."""

    field_id: str
    resolve: Callable[[Context, Filled], Names]
    present: Callable[[Issue], Hashable | None]


TRACKED: dict[str, Tracked] = {
    "status": Tracked(
        "status", resolve.named("status", lambda c: c.state.statuses), lambda issue: issue.status_id
    ),
    "resolution": Tracked("resolution", resolve.resolution, lambda issue: issue.resolution_id),
    "priority": Tracked(
        "priority", resolve.named("priority", lambda c: c.state.priorities), lambda issue: issue.priority_id
    ),
    "assignee": Tracked("assignee", person("assignee"), lambda issue: issue.assignee),
    "reporter": Tracked("reporter", person("reporter"), lambda issue: issue.reporter),
    "fixversion": Tracked("fixVersions", version, lambda _: None),
}


def predicate(clause: Clause, context: Context) -> Predicate:
    """What a clause about the past demands of an issue; JqlError for fields without one."""
    tracked = TRACKED.get(clause.field.lower())
    if tracked is None:
        if clause.operator.endswith("changed"):
            raise JqlError(f"History searches do not support the '{clause.field}' field.")
        raise wrong_operator(clause.operator, clause.field)
    if clause.operator.endswith("changed"):
        return _changed(tracked, clause, context)
    return _was(tracked, clause, context)


def _was(tracked: Tracked, clause: Clause, context: Context) -> Predicate:
    if any(word in ("from", "to") for word, _ in clause.predicates):
        raise JqlError(
            f"The predicates 'from' and 'to' are not supported by the operator '{clause.operator}'."
        )
    window, wanted = _window(clause, context, "status"), _texts(tracked, context, clause.operands)
    positive = clause.operator in ("was", "was in")

    def check(issue: Issue) -> bool:
        held = any(
            span.value in wanted
            and window.overlaps(span)
            and (window.people is None or span.by in window.people)
            for span in _spans(tracked, issue)
        )
        return held is positive

    return check


def _changed(tracked: Tracked, clause: Clause, context: Context) -> Predicate:
    window = _window(clause, context, tracked.field_id)
    ends = {
        word: _texts(tracked, context, given) for word, given in clause.predicates if word in ("from", "to")
    }
    positive = clause.operator == "changed"

    def check(issue: Issue) -> bool:
        found = any(
            span.is_change
            and window.holds_at(span.since)
            and (window.people is None or span.by in window.people)
            and ("from" not in ends or span.before in ends["from"])
            and ("to" not in ends or span.value in ends["to"])
            for span in _spans(tracked, issue)
        )
        return found is positive

    return check


def _spans(tracked: Tracked, issue: Issue) -> list[Span]:
    changes: list[tuple[datetime, str, Item]] = [
        (entry.at, entry.author, item)
        for entry in issue.histories
        for item in entry.items
        if item.field_id == tracked.field_id
    ]
    now = tracked.present(issue)
    first = changes[0][2].old if changes else None if now is None else str(now)
    starts = [issue.created_at, *(at for at, _, _ in changes)]
    ends = [*starts[1:], None]
    spans = [Span(first, starts[0], ends[0], by=issue.creator)]
    spans += [
        Span(item.new, at, end, item.old, by, is_change=True)
        for (at, by, item), end in zip(changes, ends[1:], strict=True)
    ]
    return spans


def _texts(tracked: Tracked, context: Context, operands: tuple[Operand, ...]) -> frozenset[str | None]:
    found: set[str | None] = set()
    for operand in operands:
        if isinstance(operand, Empty):
            found.add(None)
        else:
            named = tracked.resolve(context, operand)
            found |= {None if value is None else str(value) for value in named}
    return frozenset(found)


def _window(clause: Clause, context: Context, field: str) -> Window:
    start: datetime | None = None
    end: datetime | None = None
    people: Names | None = None
    for word, given in clause.predicates:
        filled = [operand for operand in given if not isinstance(operand, Empty)]
        if word == "by":
            people = frozenset[Hashable]().union(*(person("by")(context, who) for who in filled))
            continue
        if word in ("from", "to"):
            continue
        moments = [context.calendar.moment(operand, field) for operand in filled]
        if len(moments) != (2 if word == "during" else 1):
            raise JqlError(f"Incorrect number of operands for predicate '{word}'.")
        if word == "after":
            start = moments[0]
        elif word == "before":
            end = moments[0]
        elif word == "during":
            start, end = moments[0], moments[1] + _whole_day(filled[1])
        else:
            start, end = moments[0], moments[0] + _DAY
    return Window(start, end, people)


def _whole_day(operand: Filled) -> timedelta:
    """A day without a time of day counts to its end."""
    dated = isinstance(operand, Value) and ":" not in operand.text and operand.text[:1].isdigit()
    return _DAY if dated else timedelta(milliseconds=1)
