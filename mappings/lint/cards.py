"""What a rate card most likely does not mean: days on which nobody has a rate, roles that no rate is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from mappings.tables.rate import RateTable
from mappings.tables.shared import SharedFile

_Loc = tuple[str | int, ...]
_Found = Iterator[tuple[_Loc, str, str]]
_DAY = timedelta(days=1)


def doubts_of_card(file: SharedFile) -> _Found:
    """What may be meant, and most likely is not: for a person to look at."""
    if file.rate_card is None:
        return
    yield from _holes(file.rate)
    for_all = any(rate.role is None and rate.person is None for rate in file.rate)
    priced = {role.casefold() for rate in file.rate for role in rate.role or ()}
    named = {person.casefold() for rate in file.rate for person in rate.person or ()}
    for role, people in file.roles.items():
        if (
            not for_all
            and role.casefold() not in priced
            and not {each.casefold() for each in people} <= named
        ):
            yield (
                ("roles", role),
                f"no rate is for role {role!r}: its people's time is held",
                "add a [[rate]]",
            )


def _holes(rates: list[RateTable]) -> _Found:
    """Days between two rates of the same words on which no wider rate is in force either."""
    alike: defaultdict[object, list[tuple[int, RateTable]]] = defaultdict(list)
    for index, rate in enumerate(rates):
        alike[_words(rate)].append((index, rate))
    for each in alike.values():
        in_order = sorted(each, key=lambda pair: pair[1].from_)
        for (_, earlier), (index, later) in pairwise(in_order):
            if earlier.until is None or later.from_ - earlier.until <= _DAY:
                continue
            first, last = earlier.until + _DAY, later.from_ - _DAY
            if not any(_covers(rate, later, first, last) for rate in rates):
                message = f"from {first} to {last} no such rate is in force: time of these days is held"
                yield ("rate", index, "from"), message, f"write from = {first}, or a rate of these days"


def _covers(rate: RateTable, later: RateTable, first: date, last: date) -> bool:
    """Whether a rate is in force on these days for all that `later` is for."""
    wide = all(
        mine is None or (asked is not None and asked <= mine)
        for mine, asked in zip(_words(rate), _words(later), strict=True)
    )
    return wide and rate.from_ <= first and (rate.until is None or last <= rate.until)


def _words(rate: RateTable) -> tuple[frozenset[str] | None, ...]:
    words = (rate.role, rate.person, rate.project, rate.issue_type)
    return tuple(None if each is None else frozenset(map(str.casefold, each)) for each in words)
