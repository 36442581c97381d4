"""What a contract file can have wrong about when work was agreed to be finished, and which is the last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mappings.tables.parts import Parts
from mappings.tables.written import percent

_Loc = tuple[str | int, ...]
_Found = Iterator[tuple[_Loc, str, str]]


def lint_timeline(parts: Parts) -> _Found:
    """Every problem of `due`, `late` and `final`."""
    yield from _final(parts)
    starts = parts.contract.get("starts")
    for index, rule in parts.milestones:
        at: _Loc = ("milestone", index)
        if rule.due is not None and isinstance(starts, date) and rule.due < starts:
            yield (*at, "due"), f"{rule.due} is before the contract starts ({starts})", "write a later day"
        if rule.due is not None and rule.work.date is not None and rule.work.date > rule.due:
            yield (
                (*at, "due"),
                f"its own day, {rule.work.date}, is after the day it is due on",
                "leave `due` out",
            )
        if rule.late is None:
            continue
        if rule.due is None:
            yield (*at, "late"), "late after which day?", "give the milestone due = 2026-05-01"
        if rule.accept is not None and rule.accept.in_shares:
            message = "what is accepted in shares is finished on several days"
            yield (*at, "late"), message, "agree on its lateness by a change order"
        for key in ("per_day", "at_most"):
            if not 0 < percent(getattr(rule.late, key)) <= 100:
                yield (*at, "late", key), f"{getattr(rule.late, key)} is not more than 0 and up to 100 %", ""


def _final(parts: Parts) -> _Found:
    final = [(index, rule) for index, rule in parts.milestones if rule.final]
    for number, (index, rule) in enumerate(final):
        at: _Loc = ("milestone", index, "final")
        if number:
            yield at, "another milestone is final already", "only one share is the last"
        if not isinstance(rule.price.percent, str) or not rule.work.is_single:
            yield at, "only a percentage of one piece of work is billed to 100 %", "leave it out"
        if rule.accept is not None and rule.accept.in_shares:
            yield at, "what is accepted in shares has no last share", "leave one of the two out"
