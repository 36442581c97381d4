"""Moments as queries write them, read in the caller's time zone: literals, periods, functions, epoch ms."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.jira.jql.errors import JqlError, wrong_date
from sandbox.jira.jql.syntax import Call, Value

_LITERAL = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?: (\d{1,2}):(\d{2}))?")
_PERIOD = re.compile(r"([+-]?)((?:\d+[yMwdhm]\s*)+)")
_STEP = re.compile(r"(\d+)([yMwdhm])")
_UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_EDGES = ("Day", "Week", "Month", "Year")


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a date means to one caller: the present moment (aware UTC) and their zone."""

    now: datetime
    zone: ZoneInfo

    def moment(self, operand: Value | Call, field: str) -> datetime:
        """The moment meant by an operand of a date field, aware UTC."""
        found = self._called(operand, field) if isinstance(operand, Call) else self._read(operand.text)
        if found is None:
            raise wrong_date(str(operand) if isinstance(operand, Call) else operand.text, field)
        return found.astimezone(UTC)

    def _read(self, text: str) -> datetime | None:
        text = text.strip()
        if text.isdigit():
            return _from_milliseconds(int(text))
        literal = _LITERAL.fullmatch(text)
        if literal:
            year, month, day, hour, minute = (int(literal[i] or 0) for i in (1, 3, 4, 5, 6))
            try:
                return datetime(year, month, day, hour, minute, tzinfo=self.zone)
            except ValueError:
                return None
        return self._shifted(self.now, text)

    def _shifted(self, start: datetime, text: str) -> datetime | None:
        period = _PERIOD.fullmatch(text)
        if not period:
            return None
        sign = -1 if period[1] == "-" else 1
        moment = start.astimezone(self.zone)
        for count, unit in _STEP.findall(period[2]):
            if unit in "yM":
                moment = _add_months(moment, sign * int(count) * (12 if unit == "y" else 1))
            else:
                moment = (moment.astimezone(UTC) + sign * int(count) * _UNITS[unit]).astimezone(self.zone)
        return moment

    def _called(self, call: Call, field: str) -> datetime | None:
        name = call.name.lower()
        if name == "now" and not call.arguments:
            return self.now
        edge = next((e for e in _EDGES if name in (f"startof{e.lower()}", f"endof{e.lower()}")), None)
        if edge is None:
            raise JqlError(f"Unable to find JQL function '{call}'.")
        if len(call.arguments) > 1:
            raise JqlError(f"Function '{call.name}' expected between 0 and 1 arguments but received "
                           f"{len(call.arguments)}.")  # fmt: skip
        start = _start(self.now.astimezone(self.zone), edge)
        if call.arguments:
            shifted = self._edge_shifted(start, edge, call.arguments[0])
            if shifted is None:
                raise wrong_date(call.arguments[0], field)
            start = shifted
        if name.startswith("start"):
            return start
        return _next_start(start, edge) - timedelta(milliseconds=1)

    def _edge_shifted(self, start: datetime, edge: str, increment: str) -> datetime | None:
        natural = {"Day": "d", "Week": "w", "Month": "M", "Year": "y"}[edge]
        if re.fullmatch(r"[+-]?\d+", increment):
            increment += natural
        return self._shifted(start, increment)


def _from_milliseconds(count: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(count / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _start(moment: datetime, edge: str) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    steps: dict[str, Callable[[], datetime]] = {
        "Day": lambda: day,
        "Week": lambda: day - timedelta(days=(day.weekday() + 1) % 7),  # weeks start on Sunday
        "Month": lambda: day.replace(day=1),
        "Year": lambda: day.replace(month=1, day=1),
    }
    return steps[edge]()


def _next_start(start: datetime, edge: str) -> datetime:
    days = {"Day": 1, "Week": 7}
    if edge in days:
        return start + timedelta(days=days[edge])
    return _add_months(start, 1 if edge == "Month" else 12)


def _add_months(moment: datetime, count: int) -> datetime:
    months = moment.year * 12 + moment.month - 1 + count
    year, month = divmod(months, 12)
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month + 1)
