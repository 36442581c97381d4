"""Text of strangers made inert: what Jira users typed, fit for one line of an invoice or a terminal."""

from __future__ import annotations

import unicodedata

TITLE_LIMIT = 120  # characters of a title
LINE_LIMIT = 1000  # characters of a line's text; QuickBooks takes 4,000

_MARKS_KEPT = 2  # combining marks in a row; more pile up into neighbouring lines


def inert(text: str, limit: int = TITLE_LIMIT) -> str:
    """`text` on one line, at most `limit` characters, without control, bidi or zero-width characters."""
    text = text[: 50 * limit]  # of a novel in a title no more is read than could ever be shown
    if not (text.isascii() and text.isprintable()):
        text = "".join(_visible(text))
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _visible(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for letter in text:
        category = unicodedata.category(letter)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if letter.isspace():
            kept.append(" ")
        elif category[0] != "C" and marks <= _MARKS_KEPT:
            kept.append(letter)
    return kept


def listed(words: list[str], limit: int = 5) -> str:
    """A few of `words`, and how many more there are."""
    more = len(words) - limit
    return ", ".join(words[:limit]) + (f" and {more} more" if more > 0 else "")
