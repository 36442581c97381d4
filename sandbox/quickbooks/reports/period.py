"""The time a report covers: explicit dates or a macro, and its parts by day, week, month, quarter or year."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.quickbooks import refusals
from sandbox.quickbooks.state import Company
from sandbox.quickbooks.vocabulary.values import day

_DAY = timedelta(days=1)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
DEFAULT_MACRO = "this calendar year-to-date"


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both included; `macro` is the DateMacro that named it, or empty."""

    start: date
    end: date
    macro: str = ""
    title: str = ""


def period_of(company: Company, args: Mapping[str, str]) -> Period:
    """What start_date, end_date and date_macro ask for; the year to date when they say nothing."""
    start, end = day(args, "start_date"), day(args, "end_date")
    if start is None and end is None:
        return macro_period(company, args.get("date_macro") or DEFAULT_MACRO)
    today = company.today()
    end = end or today
    start = start or end.replace(month=1, day=1)
    if start > end:
        raise refusals.invalid_value("start_date", start)
    return Period(start, end)


def macro_period(company: Company, macro: str) -> Period:
    """The days that a macro such as `This Fiscal Quarter-to-date` names today; 2170 for one that there is not."""
    words = macro.casefold().strip()
    today = company.today()
    plain = {
        "today": (today, today),
        "yesterday": (today - _DAY, today - _DAY),
        "all": (date(1970, 1, 1), today),
        "next 4 weeks": (_week(company, today)[1] + _DAY, _week(company, today)[1] + 28 * _DAY),
    }
    found = plain.get(words) or _named(company, words, today)
    if found is None:
        raise refusals.bad_enumeration("date_macro", macro)
    return Period(*found, macro=words)


def _named(company: Company, words: str, today: date) -> tuple[date, date] | None:
    """`this`, `last` or `next` of a span, whole or to date."""
    which, _, rest = words.partition(" ")
    span, to_date = rest.removesuffix("-to-date"), rest.endswith("-to-date")
    find = _SPANS.get(span)
    if find is None or which not in ("this", "last", "next"):
        return None
    start, end = find(company, today)
    offset = today - start
    if which == "last":
        start, end = find(company, start - _DAY)
    elif which == "next":
        start, end = find(company, end + _DAY)
    return start, min(end, start + offset) if to_date else end


def _week(_company: Company, on: date) -> tuple[date, date]:
    start = on - timedelta(days=(on.weekday() + 1) % 7)  # a week begins on Sunday
    return start, start + timedelta(days=6)


def _month(_company: Company, on: date) -> tuple[date, date]:
    return on.replace(day=1), _month_end(on)


def _quarter(_company: Company, on: date) -> tuple[date, date]:
    first = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    return first, _after_months(first, 3) - _DAY


def _year(_company: Company, on: date) -> tuple[date, date]:
    return date(on.year, 1, 1), date(on.year, 12, 31)


def _fiscal_year(company: Company, on: date) -> tuple[date, date]:
    first = fiscal_year_start(company, on)
    return first, _after_months(first, 12) - _DAY


def _fiscal_quarter(company: Company, on: date) -> tuple[date, date]:
    first = fiscal_year_start(company, on)
    while _after_months(first, 3) <= on:
        first = _after_months(first, 3)
    return first, _after_months(first, 3) - _DAY


_Span = Callable[[Company, date], tuple[date, date]]
_SPANS: dict[str, _Span] = {
    "week": _week,
    "month": _month,
    "quarter": _quarter,
    "year": _year,
    "calendar quarter": _quarter,
    "calendar year": _year,
    "fiscal quarter": _fiscal_quarter,
    "fiscal year": _fiscal_year,
}
_PARTS: dict[str, tuple[_Span, Callable[[date, date], str]]] = {
    "days": (lambda _company, on: (on, on), lambda start, _: f"{start:%b} {start.day}, {start.year}"),
    "week": (_week, lambda start, end: f"{start:%b} {start.day} - {end:%b} {end.day}, {end.year}"),
    "month": (_month, lambda start, _: f"{start:%b %Y}"),
    "quarter": (_quarter, lambda start, end: f"{start:%b} - {end:%b}, {end.year}"),
    "year": (_year, lambda _, end: str(end.year)),
}


def parts_of(company: Company, period: Period, by: str) -> list[Period] | None:
    """The period cut at its ends into days, weeks, months, quarters or years; None for another word."""
    cut = _PARTS.get(by.casefold()) or _PARTS.get(by.casefold().removesuffix("s"))
    if cut is None:
        return None
    span, title = cut
    parts, at = [], period.start
    while at <= period.end:
        start, end = span(company, at)
        start, end = max(start, period.start), min(end, period.end)
        parts.append(Period(start, end, title=title(start, end)))
        at = end + _DAY
    return parts


def fiscal_year_start(company: Company, on: date) -> date:
    """The first day of the company's fiscal year in which `on` lies."""
    month = _MONTHS.index(str(company.info.body.get("FiscalYearStartMonth", "January"))) + 1
    return date(on.year if on.month >= month else on.year - 1, month, 1)


def _month_end(day_: date) -> date:
    return day_.replace(day=monthrange(day_.year, day_.month)[1])


def _after_months(first: date, count: int) -> date:
    months = first.month - 1 + count
    return date(first.year + months // 12, months % 12 + 1, 1)
