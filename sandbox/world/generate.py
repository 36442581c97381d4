"""The whole world from one seed: a Jira site with years of work, the books, and the contracts between."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sandbox.clock import Clock
from sandbox.jira.state import JiraState
from sandbox.quickbooks.state import Company, QuickBooksState
from sandbox.world import company, contracts
from sandbox.world.plots import SUPPORT, TEAMS, Team
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
    realm: str = company.REALM

    @property
    def company(self) -> Company:
        """The QuickBooks company that the world was made with."""
        return self.quickbooks.company(self.realm)


def build(
    seed: int,
    until: datetime,
    factor: float = 1,
    clock: Clock | None = None,
    *,
    teams: Sequence[Team] = TEAMS,
    realm: str = company.REALM,
    books: Callable[[Clock, datetime], QuickBooksState] | None = None,
) -> World:
    """The world of `seed` as it stands at `until` (aware).

    `factor` 1 has 40 epics, 30 sprints, about 600 issues and 5 invoices; above it the past grows (170 makes
    100,000 issues and 10,000 invoices) while the present stays the same but for keys and ids. `clock`
    (default: one frozen at `until`) is set to `until`. A team without plots gets an empty project; contracts
    and cast exist when all of Fernwood's teams do. `books` opens other books for `realm` than Fernwood's.
    Raises ValueError for a factor below 1 or a naive time.
    """
    if factor < 1 or until.tzinfo is None:
        raise ValueError(f"a world needs a factor of at least 1 and an aware time, not {factor} and {until}")
    until = until.astimezone(UTC).replace(microsecond=0)
    clock = clock or Clock.at(until)
    state, places = open_site(teams)
    recorder = Recorder(state, places, until)
    with _nothing_collected():
        stories = {team.key: tell(team, seed, until, factor) for team in teams if team.plots}
        recorder.write(list(stories.values()))
        opened = books(clock, until) if books else company.open_books(clock, until, seed, factor, realm)
    whole = all(team in teams for team in TEAMS)
    files = _contracts(stories, state, recorder, until) if whole else {}
    cast = _cast(stories, recorder) if whole else Cast({}, 0, 0)
    return World(seed, factor, clock, state, opened, files, cast, realm)


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


def _contracts(
    stories: Mapping[str, TeamStory], state: JiraState, recorder: Recorder, until: datetime
) -> Mapping[str, str]:
    keys = {role: state.issues[identity].key for role, identity in _epics(stories, recorder).items()}
    return contracts.contract_files({team.key: _start(stories[team.key], until) for team in TEAMS}, keys)


def _start(story: TeamStory, until: datetime) -> date:
    first = story.present[_FIRST_SPRINT_OF_THE_CONTRACTS].starts_at or until
    return first.astimezone(ZoneInfo(company.ZONE)).date()


def _cast(stories: Mapping[str, TeamStory], recorder: Recorder) -> Cast:
    running, following = stories[SUPPORT.key].present[-2:]
    epics = _epics(stories, recorder)
    return Cast(epics, recorder.sprints[running].id, recorder.sprints[following].id)


def _epics(stories: Mapping[str, TeamStory], recorder: Recorder) -> dict[str, int]:
    return {
        role: recorder.issues[epic].id for story in stories.values() for role, epic in story.roles.items()
    }
