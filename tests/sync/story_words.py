"""The sentences a story is written in: patterns, each with what it does to the world that hears it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

_KEY = r"[A-Z]+-\d+"
KEYS = rf"(?P<keys>{_KEY}(?: to {_KEY}|(?:, {_KEY})*(?: and {_KEY})?))"
KEY = rf"(?P<key>{_KEY})"
DAY = r"(?P<day>\d{4}-\d\d-\d\d)"
AMOUNT = r"(?P<amount>[\d.]+)"

_Does = TypeVar("_Does", bound=Callable[..., None])


def sentence(pattern: str) -> Callable[[_Does], _Does]:
    """Marks a method as what a sentence does; the pattern's named groups are its arguments."""

    def mark(does: _Does) -> _Does:
        does.pattern = re.compile(pattern)  # type: ignore[attr-defined]
        return does

    return mark


def hear(listener: object, text: str) -> bool:
    """Lets `listener` do what `text` says; False when none of its sentences fits."""
    does: Any
    for does in (each for kind in type(listener).__mro__ for each in vars(kind).values()):
        if (pattern := getattr(does, "pattern", None)) and (said := pattern.fullmatch(text)):
            does(listener, **said.groupdict())
            return True
    return False


def keys_in(text: str) -> list[str]:
    """The keys of "A-1 to A-9" or of "A-1, A-3 and B-2"."""
    found = re.findall(_KEY, text)
    if " to " not in text:
        return found
    project, first = found[0].split("-")
    last = found[1].split("-")[1]
    return [f"{project}-{number}" for number in range(int(first), int(last) + 1)]


def id_of(number: str) -> str:
    """The id of a document by its number: the first one is 1001."""
    return str(int(number) - 1000)
