"""The queries we ask, written so that they mean the same in every time zone and on clock-change nights.

Jira reads a date of JQL in the time zone of the account that asks, by whole minutes.
https://support.atlassian.com/jira-software-cloud/docs/jql-fields/
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_WESTMOST = timedelta(hours=12)  # nowhere on earth is it earlier than UTC-12


def all_of(project_ids: Iterable[str]) -> str:
    """All issues of the projects (numeric ids: keys can change), least recently changed first."""
    return f"project in ({', '.join(project_ids)}) ORDER BY updated ASC, key ASC"


def changed_since(project_ids: Iterable[str], moment: str) -> str:
    """Issues of the projects changed at or after `moment`, a literal made by `literal`."""
    return f"project in ({', '.join(project_ids)}) AND updated >= {moment} ORDER BY updated ASC, key ASC"


def newest(project_ids: Iterable[str]) -> str:
    """Issues of the projects, or when there are none those of all that changed within a year; newest first."""
    some = ", ".join(project_ids)
    where = f"project in ({some})" if some else "updated >= -365d"  # Jira refuses a query without a limit
    return f"{where} ORDER BY updated DESC, key DESC"


def literal(at: datetime, style: Literal["account_zone", "epoch_ms"], zone: str) -> str:
    """`at` as JQL writes it; never later than `at`, whatever the account's `zone` (IANA) does that night."""
    if style == "epoch_ms":
        return str(int(at.timestamp() * 1000))
    return f'"{_local(at.astimezone(UTC), zone):%Y-%m-%d %H:%M}"'


def _local(at: datetime, zone: str) -> datetime:
    """The last wall-clock minute of `zone` that no reading places after `at`.

    A minute that occurs twice may be read as the later one, which would skip up to an hour of changes.
    """
    try:
        where = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return at - _WESTMOST  # a zone unknown here: any place reads this as `at` or earlier
    moment = at
    while True:
        local = moment.astimezone(where)
        latest = local.replace(fold=1).astimezone(UTC)
        if latest <= at:
            return local
        moment -= latest - at
