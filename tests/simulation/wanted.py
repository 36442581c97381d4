"""Deeds that do one certain thing: the dice for them are found by trying."""

from __future__ import annotations

from itertools import count

from finance_hands import NAMES

from simulation.story import Deed, Mishap
from simulation.town import chance


def tick(*mishaps: Mishap) -> Deed:
    """One run of the service."""
    return Deed("tick", 0, mishaps)


def lost(kind: str, nth: int = 1) -> Mishap:
    """The `nth` write of a run meets a fault."""
    return Mishap("write", nth, f"fault {kind}")


def hand(name: str, which: int = 0) -> int:
    """The dice by which finance does that to the document at that place among ours."""
    for number in count():
        dice = chance(number)
        if dice.choice(NAMES) == name and dice.randrange(12) == which:
            return number
    raise AssertionError


def finance(name: str, which: int = 0) -> Deed:
    """Finance does that."""
    return Deed("finance", hand(name, which))


def price(amount: int, which: int = 0) -> Deed:
    """An epic costs that from now on."""
    for number in count():
        dice = chance(number)
        if dice.choice(range(2)) == which and dice.choice((300, 500, 800)) == amount:
            return Deed("price", number)
    raise AssertionError


def reopened(which: int = 0) -> Deed:
    """An epic is opened again."""
    return Deed("turn", next(number for number in count() if chance(number).choice(range(4)) == which))


def moved() -> Deed:
    """A story of the first counted epic goes under the other one."""
    return Deed("move", next(number for number in count() if chance(number).choice(range(4)) == 0))


def closed_books(days: int) -> Deed:
    """Finance closes the books up to so many days ago."""
    closed = [None, None, 0, 40]
    return Deed("books", next(number for number in count() if chance(number).choice(closed) == days))


def _wait(place: int) -> Deed:
    return Deed("wait", next(number for number in count() if chance(number).choice(range(5)) == place))


#: Some minutes pass: what is under way settles.
LATER = _wait(1)
#: Half a day passes: no list is believed any more, and no access token is good.
NEXT_DAY = _wait(3)
