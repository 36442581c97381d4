"""Patterns with * (any text) and ? (any one character) beside each other, regardless of case."""

from __future__ import annotations

import re
from collections import deque

_SIGN = re.compile(r"[*?]")
_RUN = re.compile(r"[*?]*\*[*?]*")


def fixed_beginning(pattern: str) -> str:
    """The letters, case folded, that each text which fits begins with."""
    return _SIGN.split(pattern.casefold(), maxsplit=1)[0]


def pattern_covers(wide: str, narrow: str) -> bool:
    """True when each text that fits `narrow` is proved to fit `wide` too."""
    wide, narrow = _plain(wide), _plain(narrow)
    # Row by row from the end: fits[j] says whether all that narrow[j:] fits, the rest of wide fits.
    fits = [False] * len(narrow) + [True]
    for letter in reversed(wide):
        row = [letter == "*" and fits[len(narrow)]]
        for j in range(len(narrow) - 1, -1, -1):
            if letter == "*":
                row.append(fits[j] or row[-1])
            else:
                row.append(narrow[j] != "*" and letter in ("?", narrow[j]) and fits[j + 1])
        fits = row[::-1]
    return fits[0]


def text_of_both(one: str, other: str) -> str | None:
    """A shortest text that fits both patterns; None when no text does."""
    came: dict[tuple[int, int], tuple[tuple[int, int], str]] = {}
    length = {(0, 0): 0}
    waiting = deque([(0, 0)])
    end = (len(one), len(other))
    while waiting:
        at = waiting.popleft()
        for step, letter in _steps(one, other, *at):
            if length[at] + len(letter) < length.get(step, len(one) + len(other) + 1):
                length[step], came[step] = length[at] + len(letter), (at, letter)
                # What takes no letter goes first: places are then looked at in the order of their texts' length.
                waiting.append(step) if letter else waiting.appendleft(step)
    if end not in length:
        return None
    letters, at = [], end
    while at in came:
        at, letter = came[at]
        letters.append(letter)
    return "".join(reversed(letters))


def _steps(one: str, other: str, i: int, j: int) -> list[tuple[tuple[int, int], str]]:
    """Where one more letter, or none, leads from the places `i` and `j`."""
    mine, theirs = one[i : i + 1], other[j : j + 1]
    steps = []
    if mine == "*":
        steps.append(((i + 1, j), ""))
    if theirs == "*":
        steps.append(((i, j + 1), ""))
    if mine and theirs and (mine in "*?" or theirs in "*?" or mine.casefold() == theirs.casefold()):
        letter = next((each for each in (mine, theirs) if each not in "*?"), "x")
        steps.append(((i + (mine != "*"), j + (theirs != "*")), letter))
    return steps


def _plain(pattern: str) -> str:
    """The pattern case folded, with a run of signs as its ? and then one *."""
    return _RUN.sub(lambda run: "?" * run[0].count("?") + "*", pattern.casefold())
