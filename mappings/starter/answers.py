"""Answers as a contract file takes them: each check returns the words of the file, or says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date

from mappings.tables.currencies import has_fraction
from mappings.tables.written import money_text, share_or_amount
from mappings.words.mistakes import Mistake, did_you_mean
from mappings.words.text import inert

Accept = Callable[[str], str]

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
_LONGEST = 500  # characters of a text in a contract file
_SHOWN = 60  # characters of an answer that a message repeats


def one_of(kind: str, names: Iterable[str]) -> Accept:
    """Takes one of `names`, in any case."""
    known = {name.casefold(): name for name in names}
    exact = frozenset(known.values())

    def accept(text: str) -> str:
        found = text if text in exact else known.get(text[:_LONGEST].strip().casefold())
        if found is None:
            shown = inert(text, _SHOWN)
            raise Mistake(f"there is no {kind} {shown!r}", did_you_mean(shown, known.values()))
        return found

    return accept


def amount_in(currency: str) -> Accept:
    """Takes an amount of `currency`, "1200.50"."""

    def accept(text: str) -> str:
        money_text(text)
        if has_fraction(text, currency):
            raise Mistake(f"{text} has a fraction of a {currency} minor unit")
        return text

    return accept


def share_or_amount_in(currency: str) -> Accept:
    """Takes "20 %" or an amount of `currency`."""

    def accept(text: str) -> str:
        share_or_amount(text)
        return text if "%" in text else amount_in(currency)(text)

    return accept


def share(text: str) -> str:
    """Takes a percentage, "5 %"."""
    share_or_amount(text)
    if "%" not in text:
        raise Mistake("this is not a percentage", 'digits and a percent sign, such as "5 %"')
    return text


def day(text: str) -> str:
    """Takes a day, 2026-01-15."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Mistake(f"{inert(text, _SHOWN)!r} is not a day", "write it as 2026-01-15") from None


def identity(text: str) -> str:
    """Takes a contract id."""
    if not _ID.fullmatch(text):
        shown = inert(text, _SHOWN)
        raise Mistake(f"{shown!r} is no id", "small letters, digits and - . _ in between, at most 60")
    return text


def words(text: str) -> str:
    """Takes any text that an invoice can show: it is made one line, and has 500 characters at most."""
    if len(text) > _LONGEST:
        raise Mistake(f"a text of {len(text):,} characters, and {_LONGEST} is the most")
    line = inert(text, _LONGEST)
    if not line:
        raise Mistake("a text without a visible character")
    return line
