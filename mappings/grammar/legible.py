"""What can still be told of a text with mistakes of the grammar: all of it but the lines that they cover."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from decimal import Decimal

_TEXT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*")
_LONG = re.compile(r"\"{3}|'{3}")
_HEADER = re.compile(r"^[\s\ufeff]*\[")


def legible(text: str, broken: Iterable[int]) -> str:
    """`text` with the `broken` lines (counted from 1) empty, what they open, and all that stands under one that was a
    header: whose it is, is not known. "" when that is no sound text either. Lines keep their numbers."""
    lines = text.split("\n")
    for number in broken:
        at = number - 1
        if _LONG.search(lines[at]):
            return ""  # a text begins or ends here, and what of the file is in it, nobody knows
        end = _next_header(lines, at) if _HEADER.match(lines[at]) else last_of(lines, at) + 1
        lines[at:end] = [""] * (end - at)
    rest = "\n".join(lines)
    try:
        return rest if tomllib.loads(rest, parse_float=Decimal) else ""
    except (tomllib.TOMLDecodeError, RecursionError):
        return ""


def last_of(lines: Sequence[str], at: int) -> int:
    """The index of the line that closes the brackets which line `at` opens; `at` itself where none does before the
    next table: they were left open by mistake."""
    depth = 0
    for index in range(at, _next_header(lines, at)):
        depth += _opened(lines[index])
        if depth <= 0:
            return index
    return at


def _next_header(lines: Sequence[str], at: int) -> int:
    return next((index for index in range(at + 1, len(lines)) if _HEADER.match(lines[index])), len(lines))


def _opened(line: str) -> int:
    bare = _TEXT.sub("", line)
    return sum(bare.count(sign) for sign in "[{") - sum(bare.count(sign) for sign in "]}")
