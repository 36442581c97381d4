"""When a date alone makes something due, so that a contract is looked at though nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mappings.contract.grouping import month_ready_at
from mappings.contract.rules import Contract


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment at which a contract is looked at, and the days where its company is."""

    zone: ZoneInfo
    now: datetime

    def began(self, day: date) -> datetime | None:
        """When `day` began, in UTC; None while it has not."""
        start = start_of(day, self.zone)
        return start if start <= self.now else None


def next_moment(contract: Contract, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The first moment after `now` at which a date makes something due; None when there is none."""
    return min((moment for moment in _moments(contract, zone, now) if moment > now), default=None)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day where the company is, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _moments(contract: Contract, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    for day in contract.dates:
        yield start_of(day, zone)
    for release in contract.retainage.releases if contract.retainage else ():
        if isinstance(release.when, date):
            yield start_of(release.when, zone)
    if contract.group == "month":
        today = now.astimezone(zone).date()
        for day in (today.replace(day=1) - timedelta(days=1), today):
            yield month_ready_at(contract, day, zone)
