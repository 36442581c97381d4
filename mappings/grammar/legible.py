"""What can still be told of a text with mistakes of the grammar: all of it but the lines that they cover."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from decimal import Decimal

_TEXT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*")
_LONG = re.compile(r"\"{3}|'{3}")
_HEADER = re.compile(r"^\s*\[")


def legible(text: str, broken: Iterable[int]) -> str:
    """`text` with the `broken` lines (counted from 1) empty, and all that stands under one that was a header: whose
    it is, is not known. "" when that is no sound text either, or a line opens what may go on over others. Lines keep
    their numbers."""
    lines = text.split("\n")
    for number in broken:
        at = number - 1
        under = _HEADER.match(lines[at]) is not None
        if not under and _goes_on(lines[at]):
            return ""
        lines[at] = ""
        while under and at + 1 < len(lines) and not _HEADER.match(lines[at + 1]):
            at += 1
            lines[at] = ""
    rest = "\n".join(lines)
    try:
        return rest if tomllib.loads(rest, parse_float=Decimal) else ""
    except (tomllib.TOMLDecodeError, RecursionError):
        return ""


def _goes_on(line: str) -> bool:
    bare = _TEXT.sub("", line)
    return (
        any(bare.count(one) != bare.count(other) for one, other in ("[]", "{}"))
        or _LONG.search(line) is not None
    )
