"""Terms of payment: when a document falls due."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from sandbox.quickbooks.state import Json


def due_on(term: Json | None, issued_on: date) -> date:
    """The due date under a Term's body; without terms the day of issue.

    A date-driven term is due on its day of the month, or of the next one when the document comes fewer than
    DueNextMonthDays before it. A month too short for the day is due on its last one.
    """
    if term is None:
        return issued_on
    if "DayOfMonthDue" not in term:
        return issued_on + timedelta(days=int(term.get("DueDays", 0)))
    day, grace = int(term["DayOfMonthDue"]), int(term.get("DueNextMonthDays", 0))
    due = _on_day(issued_on.year, issued_on.month, day)
    if issued_on > due - timedelta(days=grace):
        following = issued_on.replace(day=1) + timedelta(days=31)
        due = _on_day(following.year, following.month, day)
    return due


def _on_day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
