"""Answers as a contract file takes them: each check returns the words of the file, or says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from mappings.tables.currencies import no_amount_of
from mappings.tables.written import money_text, percent_text, share_or_amount
from mappings.words.mistakes import Mistake, did_you_mean
from mappings.words.numbers import plain
from mappings.words.text import inert

Accept = Callable[[str], str]

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
_SMALL = re.compile(r"0?\.[0-9]{1,4}")
_LONGEST = 500  # characters of a text in a contract file
_SHOWN = 60  # characters of an answer that a message repeats


def one_of(kind: str, names: Iterable[str], titles: Mapping[str, str] | None = None) -> Accept:
    """Takes one of `names`, in any case. Of `titles` by name (of the project behind a key) the name is suggested."""
    known = {name.casefold(): name for name in names}
    titled = {title.casefold(): name for name, title in (titles or {}).items()}
    exact = frozenset(known.values())

    def accept(text: str) -> str:
        found = text if text in exact else known.get(text[:_LONGEST].strip().casefold())
        if found is None:
            shown = inert(text, _SHOWN)
            raise Mistake(f"there is no {kind} {shown!r}", _suggested(shown, known.values(), titled))
        return found

    return accept


def _suggested(shown: str, names: Iterable[str], titled: Mapping[str, str]) -> str:
    close = get_close_matches(shown.casefold(), titled, n=1, cutoff=0.8)
    return f"did you mean {titled[close[0]]!r}?" if close else did_you_mean(shown, names, "there are")


def amount_in(currency: str) -> Accept:
    """Takes an amount of `currency`, "1200.50"."""

    def accept(text: str) -> str:
        _repeated(money_text, text)
        if (finer := no_amount_of(currency, text)) is not None:
            raise Mistake(*finer)
        return text

    return accept


def worth_in(currency: str) -> Accept:
    """Takes the amount that percentages are of: of nothing they bill nothing."""

    def accept(text: str) -> str:
        if not Decimal(amount_in(currency)(text)):
            raise Mistake("percentages of nothing bill nothing", "write what the whole contract is worth")
        return text

    return accept


def share_or_amount_in(currency: str) -> Accept:
    """Takes "20 %" or an amount of `currency`."""

    def accept(text: str) -> str:
        _repeated(share_or_amount, text)
        if (
            "%" not in text and Decimal(text) < 1
        ):  # a spreadsheet writes 20 % as 0.2 where it is told nothing else
            raise Mistake(
                f"{text} is less than one {currency}", f"write {_as_share(text)} if a share is meant"
            )
        return text if "%" in text else amount_in(currency)(text)

    return accept


def share(text: str) -> str:
    """Takes a percentage, "5 %"."""
    if "%" not in text and _SMALL.fullmatch(text):
        raise Mistake(f"{text} has no percent sign", f"write {_as_share(text)} if that share is meant")
    _repeated(percent_text, text)
    return text


def _as_share(text: str) -> str:
    return f"{plain(Decimal(text) * 100)} %"


def _repeated(check: Callable[[object], object], text: str) -> None:
    """What `check` says against `text`, with the text."""
    try:
        check(text)
    except Mistake as mistake:
        raise Mistake(f"{mistake}: {inert(text, _SHOWN)!r}", mistake.hint) from None


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
