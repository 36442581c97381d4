"""Rate cards: what an hour of a person costs on the day it was worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from model.money import Money
from model.work import Issue, Worklog


@dataclass(frozen=True, slots=True)
class Logged:
    """Time that somebody logged on an issue, with the day it was worked in the company's time zone."""

    issue: Issue
    log: Worklog
    day: date


@dataclass(frozen=True, slots=True)
class Rate:
    """What an hour costs from `from_on` until `until_on` (None: on and on), both days included.

    `people` (names and account ids), `projects` (keys) and `types`, all case folded, are the conditions: None
    where there is none. `strictness` counts the conditions as written, so role and person are two.
    """

    per_hour: Money
    from_on: date
    until_on: date | None
    people: frozenset[str] | None
    projects: frozenset[str] | None
    types: frozenset[str] | None
    strictness: int
    line: int

    def fits(self, logged: Logged) -> bool:
        """True when every condition holds for this time."""
        who = {logged.log.author.casefold(), logged.log.author_id.casefold()}
        return (
            self.from_on <= logged.day
            and (self.until_on is None or logged.day <= self.until_on)
            and (self.people is None or bool(self.people & who))
            and (self.projects is None or logged.issue.project_key.casefold() in self.projects)
            and (self.types is None or logged.issue.type_name.casefold() in self.types)
        )


@dataclass(frozen=True, slots=True)
class RateCard:
    """The rates of one name in one currency; `file` is the shared file that holds them, as `shared/card.toml`."""

    name: str
    rates: tuple[Rate, ...]
    file: str

    def strictest(self, logged: Logged) -> tuple[Rate, ...]:
        """The rates that fit with the most conditions: none is a gap, several are a tie."""
        fitting = [rate for rate in self.rates if rate.fits(logged)]
        most = max((rate.strictness for rate in fitting), default=0)
        return tuple(rate for rate in fitting if rate.strictness == most)
