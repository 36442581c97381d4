"""Which of some names another name most likely means: a customer that is called as a project is, and the like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"\w+")
_TELLS_NOTHING = frozenset(
    {
        "inc",
        "llc",
        "ltd",
        "corp",
        "gmbh",
        "sas",
        "srl",
        "plc",
        "company",
        "the",
        "and",
        "und",
        "for",
        "project",
    }
)


def most_like(name: str, others: Iterable[str]) -> str:
    """The one of `others` that shares the most telling letters with `name` in whole words; "" when none does,
    or when two do it equally."""
    mine = _words(name)
    ranked = sorted(((_weight(mine & _words(other)), other) for other in others), reverse=True)
    if not ranked or not ranked[0][0]:
        return ""
    if len(ranked) > 1 and ranked[1][0] == ranked[0][0]:
        return ""
    return ranked[0][1]


def _words(name: str) -> frozenset[str]:
    text = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in text if not unicodedata.combining(letter))
    return frozenset(word for word in _WORD.findall(plain) if len(word) > 2) - _TELLS_NOTHING


def _weight(words: frozenset[str]) -> int:
    return sum(map(len, words))
