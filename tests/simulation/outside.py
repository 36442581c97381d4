"""What surrounds the service for a month: both services, the people at them, and what goes wrong on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Protocol

import requests
from books_witness import Witness
from finance_hands import act

from connectors.quickbooks.departure import current
from sandbox.jira.app import JiraApp
from sandbox.jira.issue import Issue
from sandbox.messages import Application, Request, Response
from sandbox.quickbooks.wire.app import QuickBooksApp
from sandbox.world.inprocess import InProcess
from sandbox.world.small import PERCENT, SmallOffice, marker_of
from simulation.weather import KINDS, WEATHER, Weather

#: What finance does in the books, and how the worth of an epic moves (percent of the contract).
HANDS = (
    "words",
    "memo",
    "note",
    "terms",
    "own line",
    "send",
    "print",
    "pay",
    "number",
    "fill",
    "delete",
    "void",
)
SHARES = (0.10, 0.12, 0.15)


@dataclass(frozen=True, slots=True)
class Chances:
    """How often what happens: of each request a fault, and between two ticks what people do."""

    fault: float = 0.005
    closes: float = 0.005
    finance: float = 0.003
    price: float = 0.001


@dataclass(slots=True)
class Truth:
    """What happened out there. `worth` and `billed` are by epic, in cents of the contract's currency; `broken` says
    what the product did in the books that it must not."""

    requests: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    deeds: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    worth: dict[str, int] = field(default_factory=dict)
    billed: dict[str, int] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


class Outside:
    """`served` answers requests, one at a time; `passes` lets people do what they do."""

    def __init__(self, office: SmallOffice, chances: Chances, seed: int) -> None:
        self.office, self._chances = office, chances
        self._dice = Random(seed)  # noqa: S311  chance, not secrecy
        self._apps: Mapping[str, Application] = {
            "jira": JiraApp(office.world.jira, office.world.clock),
            "books": QuickBooksApp(office.world.quickbooks, office.world.clock),
        }
        self._witness = Witness(office.world.company)
        self._late: list[tuple[datetime, Callable[[], object]]] = []
        self._epics: list[tuple[Issue, float]] = []
        self._truth = Truth()

    def served(self, service: str, request: Request) -> tuple[Response | None, str]:
        """The answer, or None and the kind of fault for which the request never left."""
        at = self._come_due()
        self._truth.requests += 1
        kind = self._dice.choice(KINDS) if self._dice.random() < self._chances.fault else ""
        weather = WEATHER.get(kind, Weather())
        self._truth.faults[kind] += 1
        if weather.unsent is not None:
            return None, kind
        if weather.later:
            due = at + timedelta(seconds=weather.later)
            self._late.append((due, lambda: self._effect(service, request)))
        if weather.fault is None:
            return self._effect(service, request), kind
        return weather.fault(request, lambda asked: self._effect(service, asked)), kind

    def passes(self) -> None:
        """Time has passed: somebody may close an epic, finance may work in the books, a price may go up."""
        self._come_due()
        dice, chances = self._dice, self._chances
        if dice.random() < chances.closes:
            share = dice.choice(SHARES[:2])
            self._epics.append((self.office.epic(f"Feature {len(self._epics)}", share), share))
            self._truth.deeds["an epic was closed"] += 1
        rows = self._witness.rows() if dice.random() < chances.finance else []
        if rows:
            hand = dice.choice(HANDS)
            if act(self.office.world.company, dice.choice(rows), hand, dice.randrange(12)):
                self._truth.deeds[f"finance: {hand}"] += 1
        if self._epics and dice.random() < chances.price:
            place = dice.randrange(len(self._epics))
            self._epics[place] = (self._epics[place][0], SHARES[-1])
            self.office.lead.set_field(self._epics[place][0].key, PERCENT, SHARES[-1])
            self._truth.deeds["an epic became worth more"] += 1

    def clears(self) -> None:
        """From here on nothing goes wrong and nobody does anything."""
        self._chances = Chances(0, 0, 0, 0)

    def told(self, value: Decimal) -> Truth:
        """What happened so far; `value` is the contract's."""
        truth, markers = self._truth, Counter(map(marker_of, self.office.made()))
        truth.writes = self._witness.writes
        truth.worth = {epic.key: int(value * Decimal(str(share))) for epic, share in self._epics}
        truth.billed = {key: int(amount * 100) for key, amount in self._witness.billed().items()}
        truth.twice = [marker for marker, count in markers.items() if count > 1]
        return truth

    def _come_due(self) -> datetime:
        """What is done late is done when it is due; the time now."""
        clock = self.office.world.clock
        now = clock.now()
        for each in sorted((late for late in self._late if late[0] <= now), key=lambda late: late[0]):
            self._late.remove(each)
            each[1]()
        return now

    def _effect(self, service: str, request: Request) -> Response:
        if service == "jira" or request.method != "POST" or request.path.endswith(("/query", "/bearer")):
            return self._apps[service](request)
        self._witness.look()
        response = self._apps[service](request)
        try:
            self._witness.judge()
        except AssertionError as error:
            self._truth.broken.append(str(error))
        return response


class Serves(Protocol):
    """Who answers the requests to a service: see `Outside`."""

    def served(self, service: str, request: Request) -> tuple[Response | None, str]:
        """The answer, or None and the kind of fault for which the request never left."""
        ...


class Line(InProcess):
    """The way of a session's requests to one service. `elapse` lets seconds pass."""

    def __init__(self, outside: Serves, service: str, elapse: Callable[[float], None]) -> None:
        super().__init__(self._ask)
        self._outside, self._service, self._elapse = outside, service, elapse

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """One request, through the gate that each has to pass."""
        departure = current()
        if departure is not None:
            departure.pass_gate()
        return super().send(request, *args, **kwargs)

    def _ask(self, request: Request) -> Response:
        response, kind = self._outside.served(self._service, request)
        weather = WEATHER.get(kind, Weather())
        self._elapse(weather.takes)
        if response is None:
            assert weather.unsent is not None
            raise weather.unsent()
        return response
