"""What an example says is given: the words it may use, what each may hold, and everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from mappings.check.world import HOUR
from mappings.contract.rules import ABOUT, Contract
from mappings.words.mistakes import did_you_mean
from mappings.words.numbers import number_in, percent_in

Given = Mapping[str, Any]
Found = Iterator[tuple[tuple[str, ...], str, str]]  #: where in the example, what is wrong, a hint

_AGREED = frozenset({"date", "acceptance", "expense", "change"})  # not in Jira: nothing is known of it there
_EVERYWHERE = frozenset({"closed", "accepted"})
_OF_ISSUES = frozenset(
    {"points", "issues", "time", "resolution", "label", "labels", "component", "components"}
    | {"type", "status", "summary"}
)
_PLACES = {"sprint": frozenset({"board", "project"}), "version": frozenset({"project"})}
_MOST_ISSUES = 1000
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]+")
_LISTS = frozenset({"label", "labels", "component", "components"})


def mistakes(contract: Contract, given: Given) -> Found:
    """Everything wrong with what an example of `contract` says is given."""
    named = [word for word in ABOUT if word in given]
    if len(named) != 1:
        hint = 'give epic = "KEY", sprint = "name", date = "id" and so on'
        yield ("given",), f"an example is about one thing: {', '.join(ABOUT)}", hint
    known = _OF_ISSUES | _EVERYWHERE | {"board", "project", *ABOUT}
    for key, value in given.items():
        if key not in known and key not in contract.fields:
            yield ("given", key), f"no rule reads {key!r}", did_you_mean(key, known | contract.fields)
            continue
        if len(named) == 1 and key not in _words_of(named[0], contract.fields):
            yield ("given", key), f"{_an(named[0])} has no {key!r}", "leave it out"
            continue
        wrong = _wrong(key, value)
        if wrong is not None:
            yield ("given", key), *wrong


def _words_of(subject: str, fields: frozenset[str]) -> frozenset[str]:
    if subject in _AGREED:
        return _EVERYWHERE | {subject}
    return _EVERYWHERE | _OF_ISSUES | fields | _PLACES.get(subject, frozenset()) | {subject}


def _an(subject: str) -> str:
    return f"an {subject}" if subject[0] in "aeiou" else f"a {subject}"


def _wrong(key: str, value: object) -> tuple[str, str] | None:
    """What is wrong with a value, and what to write instead."""
    holds, message, hint = _FORMS.get(key, _FIELD)
    return None if holds(value) else (f"{key} must be {message}", hint)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_value(value: object) -> bool:
    return _is_text(value) or (isinstance(value, int | Decimal) and not isinstance(value, bool))


def _is_any_of(one: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: all(map(one, value)) if isinstance(value, list) else one(value)


def _is_key(value: object) -> bool:
    return isinstance(value, str) and _KEY.fullmatch(value) is not None


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_ISSUES


def _is_points(value: object) -> bool:
    number = number_in(str(value)) if _is_value(value) else None
    return number is not None and number >= 0


def _is_share(value: object) -> bool:
    share = percent_in(value) if isinstance(value, str) else None
    return share is not None and 0 <= share <= 100


def _is_logged(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_entry, value))


def _is_entry(given: object) -> bool:
    if not isinstance(given, dict) or set(given) != {"person", "hours", "on"}:
        return False
    hours, day = number_in(str(given["hours"])), given["on"]
    whole = hours is not None and hours > 0 and hours * HOUR == int(hours * HOUR)
    return whole and _is_day(day) and _is_text(given["person"])


_Form = tuple[Callable[[object], bool], str, str]
_TEXT: _Form = (_is_text, "text in quotes", "")
_FIELD: _Form = (_is_any_of(_is_value), "text in quotes, a number, or a list of these", "")
_FORMS: dict[str, _Form] = {
    **dict.fromkeys((*ABOUT, "project", "resolution", "type", "status", "summary"), _TEXT),
    **dict.fromkeys(_LISTS, (_is_any_of(_is_text), "text in quotes, or a list of texts", "")),
    "epic": (_is_key, "the key of an epic, in quotes", 'such as "ACME-12"'),
    "board": (_is_value, "the name or id of a board", ""),
    "closed": (_is_day, "a date such as 2026-02-03, without quotes", ""),
    "points": (_is_points, "a number that is not below zero", "such as 8 or 2.5"),
    "issues": (_is_count, f"a whole number up to {_MOST_ISSUES}", ""),
    "accepted": (_is_share, "a percentage", 'how much of it is accepted: "70 %"'),
    "time": (
        _is_logged,
        "a list of tables, each with a person, hours and the day they were worked on",
        '[{ person = "Ann Lee", hours = "1.5", on = 2026-02-03 }]',
    ),
}
