"""How searchable fields are made that several rooms need: moments, days, parents."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from datetime import date, datetime

from sandbox.jira.issue import Issue
from sandbox.jira.jql.dates import Calendar
from sandbox.jira.jql.issuenames import issues
from sandbox.jira.jql.kinds import Filled, Membership, Ordered


def one(value: Hashable | None) -> tuple[Hashable, ...]:
    """What a field with at most one value holds."""
    return () if value is None else (value,)


def moment(name: str, value: Callable[[Issue], datetime | None]) -> Ordered:
    """A field with a moment."""
    return Ordered(name, value, lambda context, operand: context.calendar.moment(operand, name))


def day(name: str, value: Callable[[Issue], date | None]) -> Ordered:
    """A field with a day."""
    return Ordered(name, value, lambda context, operand: day_of(context.calendar, operand, name))


def day_of(calendar: Calendar, operand: Filled, name: str) -> date:
    """The day an operand means to the caller."""
    return calendar.moment(operand, name).astimezone(calendar.zone).date()


def parent(name: str) -> Membership:
    """The issue above, under one of its names."""
    return Membership(
        name,
        lambda issue: one(issue.parent_id),
        lambda context, operand: issues(context, operand, name),
        lambda context, value: members(context.state.children, value),
    )


def members(index: dict[int, set[int]], value: Hashable) -> Collection[int]:
    """The ids an index holds under a value."""
    return index.get(value, ()) if isinstance(value, int) else ()
