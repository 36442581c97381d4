"""Moments in queries: never read later than meant, in no time zone, on no night when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from served_jira import MONDAY, running_site, small_state, walk

from connectors.jira import jql

# Zones that have, with their summer times, every offset from UTC in use.
ZONES = (
    "Etc/GMT+12", "Pacific/Pago_Pago", "Pacific/Honolulu", "Pacific/Marquesas", "America/Anchorage",
    "Pacific/Gambier", "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York",
    "America/Halifax", "America/St_Johns", "America/Sao_Paulo", "America/Noronha", "Atlantic/Cape_Verde",
    "Etc/UTC", "Europe/Berlin", "Europe/Helsinki", "Asia/Riyadh", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul",
    "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Yangon", "Asia/Bangkok",
    "Asia/Shanghai", "Australia/Eucla", "Asia/Tokyo", "Australia/Darwin", "Australia/Sydney",
    "Australia/Lord_Howe", "Pacific/Noumea", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Kiritimati",
)  # fmt: skip
NIGHTS = (
    ("Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 28, 22, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 3, tzinfo=UTC)),
    ("America/St_Johns", datetime(2026, 11, 1, 2, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 12, tzinfo=UTC)),
    ("Pacific/Chatham", datetime(2026, 4, 4, 11, tzinfo=UTC)),
)


def _readings(literal: str, zone: str) -> list[datetime]:
    """What a server may take the literal for: the first or the second occurrence of the hour."""
    naive = datetime.strptime(literal, '"%Y-%m-%d %H:%M"')  # noqa: DTZ007  a wall clock has no zone
    return [naive.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)]


@pytest.mark.parametrize(("zone", "evening"), NIGHTS)
def test_no_reading_is_later_on_nights_when_the_clocks_change(zone: str, evening: datetime) -> None:
    for minutes in range(0, 6 * 60, 7):
        at = evening + timedelta(minutes=minutes, seconds=31)
        readings = _readings(jql.literal(at, "account_zone", zone), zone)
        assert max(readings) <= at
        assert min(readings) >= at - timedelta(hours=2, minutes=1), "looking back for ever would be no bound"


@given(st.sampled_from(ZONES), st.integers(0, 37 * 366 * 86_400))
def test_no_reading_is_later_anywhere(zone: str, seconds: int) -> None:
    at = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    readings = _readings(jql.literal(at, "account_zone", zone), zone)
    assert at - timedelta(hours=2, minutes=1) <= min(readings)
    assert max(readings) <= at


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_a_zone_unknown_here_is_safe_anywhere(zone: str) -> None:
    literal = jql.literal(MONDAY, "account_zone", zone)
    for place in ZONES:
        assert max(_readings(literal, place)) <= MONDAY


def test_epoch_milliseconds_need_no_zone() -> None:
    at = datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=UTC)
    assert jql.literal(at, "epoch_ms", "Asia/Tokyo") == "1772442000250"


def test_projects_are_asked_for_by_number() -> None:
    assert jql.changed_since(["10001", "10002"], '"2026-03-02 09:00"') == (
        'project in (10001, 10002) AND updated >= "2026-03-02 09:00" ORDER BY updated ASC, key ASC'
    )


def test_the_zones_cover_the_38_offsets_in_use() -> None:
    seasons = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
    offsets = {day.astimezone(ZoneInfo(zone)).utcoffset() for zone in ZONES for day in seasons}
    assert len(offsets) >= 38


@pytest.mark.parametrize("zone", ZONES)
def test_a_change_is_seen_in_every_account_zone(zone: str) -> None:
    state = small_state()
    state.users["account-bot"].zone = zone
    with running_site(state) as site, site.tracker() as tracker:
        issue = site.issue()
        _, cursor = walk(tracker)
        site.clock.advance(timedelta(minutes=70))
        site.step(issue, 2)
        site.clock.advance(timedelta(minutes=10))
        found, cursor = walk(tracker, cursor)
        again, _ = walk(tracker, cursor)
    assert [work.status for work in found] == ["In Progress"]
    assert again == []


@pytest.mark.parametrize("style", ["account_zone", "epoch_ms"])
@pytest.mark.parametrize(("zone", "evening"), NIGHTS[:3])
def test_nothing_is_missed_while_the_clocks_change(zone: str, evening: datetime, style: str) -> None:
    state = small_state()
    state.users["account-bot"].zone = zone
    with running_site(state, evening) as site, site.tracker(jql_dates=style, overlap_seconds=60) as tracker:
        issue = site.issue()
        _, cursor = walk(tracker)
        for number in range(16):
            site.clock.advance(timedelta(minutes=20))
            site.set(issue, "customfield_10050", float(number + 1))
            found, cursor = walk(tracker, cursor)
            assert [work.fields["customfield_10050"] for work in found] == [(str(number + 1),)]
