"""The whole world from one seed: a Jira site with years of work, the books, and the contracts between."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sandbox.clock import Clock
from sandbox.jira.state import JiraState
from sandbox.quickbooks.state import Company, QuickBooksState
from sandbox.world import company, contracts
from sandbox.world.plots import SUPPORT, TEAMS
from sandbox.world.record import Recorder
from sandbox.world.site import open_site
from sandbox.world.teams import TeamStory, tell

_FIRST_SPRINT_OF_THE_CONTRACTS = 2  # of the present row; what closed in the two before is older


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays in the demo: epics by role as issue ids, and the support team's running and next sprint."""

    epics: Mapping[str, int]
    running_sprint: int
    next_sprint: int


@dataclass(frozen=True, slots=True)
class World:
    """Everything that exists at `clock.now()`. `contracts` maps file names to their text.

    `clock` is the one that both services read; the states may be changed freely.
    """

    seed: int
    factor: float
    clock: Clock
    jira: JiraState
    quickbooks: QuickBooksState
    contracts: Mapping[str, str]
    cast: Cast

    @property
    def company(self) -> Company:
        """The one QuickBooks company."""
        return self.quickbooks.company(company.REALM)


def build(seed: int, until: datetime, factor: float = 1, clock: Clock | None = None) -> World:
    """The world of `seed` as it stands at `until` (aware).

    `factor` 1 has 40 epics, 30 sprints and about 600 issues; above it the past grows (165 makes 100,000
    issues) while the present stays the same but for keys and ids. `clock` (default: one frozen at `until`)
    is set to `until`. Raises ValueError for a factor below 1 or a naive time.
    """
    if factor < 1 or until.tzinfo is None:
        raise ValueError(f"a world needs a factor of at least 1 and an aware time, not {factor} and {until}")
    until = until.astimezone(UTC).replace(microsecond=0)
    clock = clock or Clock.at(until)
    state, places = open_site()
    recorder = Recorder(state, places, until)
    with _nothing_collected():
        stories = [tell(team, seed, until, factor) for team in TEAMS]
        recorder.write(stories)
    books = company.open_books(clock, until)
    epics = {role: recorder.issues[epic].id for story in stories for role, epic in story.roles.items()}
    keys = {role: state.issues[epic].key for role, epic in epics.items()}
    files = contracts.contract_files({s.team.key: _start(s, until) for s in stories}, keys)
    return World(seed, factor, clock, state, books, files, Cast(epics, *_support_sprints(recorder, stories)))


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Millions of objects are made and none is garbage: looking for it would double the time."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def _start(story: TeamStory, until: datetime) -> date:
    first = story.present[_FIRST_SPRINT_OF_THE_CONTRACTS].starts_at or until
    return first.astimezone(ZoneInfo(company.ZONE)).date()


def _support_sprints(recorder: Recorder, stories: list[TeamStory]) -> tuple[int, int]:
    support = next(story for story in stories if story.team is SUPPORT)
    running, following = support.present[-2:]
    return recorder.sprints[running].id, recorder.sprints[following].id
