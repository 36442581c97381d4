"""Time in few words: people who log hours on issues, and the rate card that prices them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from acme import HEAD, day, milestone

from mappings.bundle import pack
from mappings.contract.rules import Contract
from mappings.load import parse_contract
from model.work import Issue, Worklog

CARD = """
[rate_card]
name = "standard"
currency = "USD"

[roles]
developer = ["Ann", "Bob"]
lead = ["Cy"]

[[rate]]
from = 2026-01-01
until = 2026-03-09
role = "developer"
per_hour = "120.00"

[[rate]]
from = 2026-03-10
role = "developer"
per_hour = "126.00"

[[rate]]
from = 2026-01-01
role = "lead"
per_hour = "160.00"

[[rate]]
from = 2026-01-01
person = "Ann"
role = "developer"
project = "BETA"
per_hour = "90.00"
"""
TIMED = '{ rate_card = "standard" }'


def timed(rules: str, card: str = CARD, head: str = HEAD) -> Contract:
    """The contract of `rules` with one rate card beside it; any problem fails the test."""
    found, problems = parse_contract(pack(head + rules, {"shared/card.toml": card}), "acme.toml")
    assert found is not None, "\n".join(map(str, problems))
    return found


def by_time(work: str, beside: str = "", rule: str = "time") -> str:
    """A rule that prices `work` by its time."""
    return milestone(work, f'{{ rate_card = "standard"{beside} }}', rule=rule)


def log(number: int, at: datetime | int, hours: float = 1, who: str = "Ann") -> Worklog:
    """Time that somebody worked, at noon of a day of March or at a moment."""
    moment = day(at) if isinstance(at, int) else at
    return Worklog(str(number), f"id-{who.lower()}", who, moment, round(hours * 3600), moment, moment)


def on(issue: Issue, *logs: Worklog) -> Issue:
    """The issue with this time logged on it."""
    return replace(issue, worklogs=logs)
