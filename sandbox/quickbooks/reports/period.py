"""The time a report covers: explicit dates or a macro, as one column or one for each month."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.quickbooks import refusals
from sandbox.quickbooks.state import Company
from sandbox.quickbooks.values import day

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

    def months(self) -> list[Period]:
        """The calendar months of the period, cut at its ends."""
        months, at = [], self.start
        while at <= self.end:
            end = min(_month_end(at), self.end)
            months.append(Period(at, end))
            at = end + _DAY
        return months

    @property
    def title(self) -> str:
        """How a column of this month is headed."""
        return self.start.strftime("%b %Y")


def period_of(company: Company, args: Mapping[str, str]) -> Period:
    """What start_date, end_date and date_macro ask for; the year to date when they say nothing."""
    start, end = day(args, "start_date"), day(args, "end_date")
    if start is None and end is None:
        macro = args.get("date_macro") or DEFAULT_MACRO
        return _macro(company, macro)
    today = company.today()
    end = end or today
    start = start or end.replace(month=1, day=1)
    if start > end:
        raise refusals.invalid_value("start_date", start)
    return Period(start, end)


def _macro(company: Company, macro: str) -> Period:
    today = company.today()
    first = today.replace(day=1)
    last_month_end = first - _DAY
    fiscal = fiscal_year_start(company, today)
    ranges = {
        "today": (today, today),
        "yesterday": (today - _DAY, today - _DAY),
        "this month": (first, _month_end(today)),
        "this month-to-date": (first, today),
        "last month": (last_month_end.replace(day=1), last_month_end),
        "this calendar year": (today.replace(month=1, day=1), today.replace(month=12, day=31)),
        "this calendar year-to-date": (today.replace(month=1, day=1), today),
        "last calendar year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        "this fiscal year": (fiscal, fiscal_year_start(company, fiscal + timedelta(days=370)) - _DAY),
        "this fiscal year-to-date": (fiscal, today),
        "last fiscal year": (fiscal_year_start(company, fiscal - _DAY), fiscal - _DAY),
        "all": (date(1970, 1, 1), today),
    }
    found = ranges.get(macro.casefold())
    if found is None:
        raise refusals.bad_enumeration("date_macro", macro)
    return Period(*found, macro=macro.casefold())


def fiscal_year_start(company: Company, on: date) -> date:
    """The first day of the company's fiscal year in which `on` lies."""
    month = _MONTHS.index(str(company.info.body.get("FiscalYearStartMonth", "January"))) + 1
    return date(on.year if on.month >= month else on.year - 1, month, 1)


def columns_of(period: Period, args: Mapping[str, str]) -> list[Period]:
    """One column for the whole period, or with summarize_column_by=Month one for each month."""
    by = args.get("summarize_column_by", "Total")
    if by.casefold() in ("month", "months"):
        return period.months()
    if by.casefold() != "total":
        raise refusals.business(f"summarize_column_by={by} is not modelled by this sandbox.")
    return [period]


def _month_end(day_: date) -> date:
    return day_.replace(day=monthrange(day_.year, day_.month)[1])
