"""Ranks of issues: LexoRank texts such as "0|i000u2:", between any two of which another one fits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sandbox.jira.issue import Issue, Item
from sandbox.jira.state import JiraState
from sandbox.jira.verbs import to_millisecond

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WHOLE = 6  # digits before the colon
_GAP = 36**2  # left between the last issue and one ranked behind it


def rank_of(state: JiraState, issue: Issue) -> str:
    """An issue's rank."""
    field = state.field_of("rank")
    return str(issue.values.get(field.id, issue.first_rank)) if field else issue.first_rank


def between(lower: str | None, upper: str | None) -> str:
    """A rank after `lower` and before `upper`; None stands for an open end."""
    if upper is None:
        whole = _number(_digits(lower or "0|000000:")[:_WHOLE]) + _GAP
        return _text(_written(whole, _WHOLE))
    low, high = _digits(lower or "0|000000:"), _digits(upper)
    size = max(len(low), len(high)) + 1
    middle = (_number(low.ljust(size, "0")) + _number(high.ljust(size, "0"))) // 2
    return _text(_written(middle, size))


def rank_issues(
    state: JiraState,
    issues: Sequence[Issue],
    *,
    before: Issue | None = None,
    after: Issue | None = None,
    by: str,
    at: datetime,
) -> None:
    """Put issues, in their order, right before or right after another one, or (neither) behind all."""
    field = state.field_of("rank")
    if field is None:
        raise ValueError("the site has no rank field")
    moved = {issue.id for issue in issues}
    ranks = sorted(rank_of(state, issue) for issue in state.issues.values() if issue.id not in moved)
    anchor = before or after
    if anchor is None:
        lower, upper = (ranks[-1] if ranks else None), None
    else:
        place = ranks.index(rank_of(state, anchor)) + (after is not None)
        lower = ranks[place - 1] if place else None
        upper = ranks[place] if place < len(ranks) else None
    at = to_millisecond(at)
    for issue in issues:
        old = rank_of(state, issue)
        lower = between(lower, upper)
        if lower != old:
            state.lag.remember(issue.id, issue, at)
            issue.values[field.id] = lower
            words = "Ranked higher" if lower < old else "Ranked lower"
            state.record(issue, [Item(field.name, field.id, "", "", "", words, custom=True)], by, at)


def _digits(rank: str) -> str:
    whole, _, fraction = rank.rpartition("|")[2].partition(":")
    return whole.rjust(_WHOLE, "0") + fraction


def _number(digits: str) -> int:
    return int(digits, 36)


def _written(number: int, size: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text.rjust(size, "0")


def _text(digits: str) -> str:
    return f"0|{digits[:_WHOLE]}:{digits[_WHOLE:].rstrip('0')}"
