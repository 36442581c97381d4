"""Issues with logged time for tests of the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from store_facts import NOW
from sync_bench import Epic

from model.work import Issue, Version, Worklog

A_VERSION = Version("501", "1.0", "1", "ACME", released=True, archived=False, released_on=NOW.date())


def worklog(number: int, hours: int = 1, **more: object) -> Worklog:
    """The worklog of a number, worked that many hours after the start of time here."""
    at = NOW + timedelta(hours=number)
    made = Worklog(str(number), "person-1", "Person 1", at, hours * 3600, at, at)
    return replace(made, **more)  # type: ignore[arg-type]  # tests name real fields


def with_time(issue: int, *worklogs: Worklog, **more: object) -> Issue:
    """The issue of a number with these worklogs."""
    return replace(Epic(issue, turns=(NOW,)).issues("acme")[0], worklogs=worklogs, **more)  # type: ignore[arg-type]
