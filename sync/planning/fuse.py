"""The money fuse: planned writes held against limits and against what is usual. What trips one waits for a person,
who releases it by name; the rest goes on. Pure."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median_low
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from mappings.progress.claimed import WORK, kind_of
from model.money import Money, total
from sync.planning.actions import Action

FuseKind = Literal["line", "client", "run"]

WINDOW = timedelta(
    hours=24
)  # a service drafts in many small runs: what they do in a day is one run to a fuse
HISTORY = timedelta(days=366)
_MONTHS, _LINES = 3, 5  # fewer than these say nothing about what is usual


@dataclass(frozen=True, slots=True)
class Limits:
    """What one company's plans may move. `run`, `client` and `line` by currency: the most that is billed or taken back
    within the window, of it for one client, and on one line. The others are factors, 0 for none: a run may come to
    so many times the usual month, a line to so many times its contract's value, or, where a contract has none, its
    usual line."""

    run: Mapping[str, Money] = field(default_factory=dict)
    client: Mapping[str, Money] = field(default_factory=dict)
    line: Mapping[str, Money] = field(default_factory=dict)
    times_usual_month: int = 3
    times_contract_value: int = 1
    times_usual_line: int = 20


@dataclass(frozen=True, slots=True)
class Billed:
    """A step that was billed before, whether settled or under way."""

    contract: str
    client: str
    document_key: str
    charge_key: str
    amount: Money
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned write, with the value of its contract."""

    action: Action
    value: Money | None


@dataclass(frozen=True, slots=True)
class Trip:
    """A fuse that blew. `ref` names it: "line|<document>", "client|<company>|<currency>|<client>" or
    "run|<company>|<currency>"; `rule` says which limit it is. `documents` are held by it."""

    kind: FuseKind
    ref: str
    limit: Money
    actual: Money
    rule: str
    documents: frozenset[str]

    @property
    def over(self) -> Money:
        """By how much."""
        return self.actual - self.limit


@dataclass(frozen=True, slots=True)
class Fuses:
    """The fuses of one company. `past` is what was billed there within `HISTORY`; `released` the stamps of writes that
    people let pass, by the fuse that they named."""

    company: str
    limits: Limits
    past: Sequence[Billed]
    released: Mapping[str, Collection[str]]
    zone: str
    now: datetime

    def blown(self, planned: Sequence[Planned]) -> tuple[Trip, ...]:
        """What trips, from the narrowest fuse to the widest: what one holds does not load the next."""
        trips = list(self._lines(planned))
        left = _without(planned, trips)
        for key, mine in _grouped(left, by_client=True).items():
            trips += self._sum("client", "|".join(key), mine, self._client_limits(key[1]))
        left = _without(planned, trips)
        for key, mine in _grouped(left, by_client=False).items():
            trips += self._sum("run", "|".join(key), mine, self._run_limits(key[1]))
        return tuple(trips)

    def _lines(self, planned: Iterable[Planned]) -> Iterator[Trip]:
        for each in planned:
            action, ref = each.action, f"line|{each.action.document_key}"
            if self._is_released(ref, action):
                continue
            largest = max(
                (_size(line.amount) for line in action.lines), key=lambda one: one.minor, default=None
            )
            found = min(self._line_limits(each), key=lambda one: one[0].minor, default=None)
            if largest is not None and found is not None and largest.minor > found[0].minor:
                yield Trip("line", ref, found[0], largest, found[1], frozenset({action.document_key}))

    def _line_limits(self, planned: Planned) -> Iterator[tuple[Money, str]]:
        limits, action = self.limits, planned.action
        currency = action.amount.currency
        if currency in limits.line:
            yield limits.line[currency], "the limit of a line"
        if planned.value is not None:
            times = limits.times_contract_value
            if times and planned.value.minor > 0:
                yield (
                    planned.value.times(times),
                    f"{'' if times == 1 else f'{times} times '}the contract's value",
                )
            return
        lines = [
            each.amount.minor
            for each in self.past
            if each.contract == action.contract and kind_of(each.charge_key) in WORK and each.amount.minor > 0
        ]
        if limits.times_usual_line and len(lines) >= _LINES:
            usual = Money(median_low(lines), currency).times(limits.times_usual_line)
            yield usual, f"{limits.times_usual_line} times the contract's usual line"

    def _client_limits(self, currency: str) -> Iterator[tuple[Money, str]]:
        if currency in self.limits.client:
            yield self.limits.client[currency], "the limit of a client"

    def _run_limits(self, currency: str) -> Iterator[tuple[Money, str]]:
        limits = self.limits
        if currency in limits.run:
            yield limits.run[currency], "the limit of a run"
        months = self._months(currency)
        if limits.times_usual_month and len(months) >= _MONTHS:
            usual = Money(median_low(months), currency).times(limits.times_usual_month)
            yield usual, f"{limits.times_usual_month} times the usual month"

    def _months(self, currency: str) -> list[int]:
        """What whole months came to in which something was billed, in the company's zone."""
        zone, sums = ZoneInfo(self.zone), defaultdict[str, int](int)
        for each in self.past:
            if each.amount.currency == currency:
                sums[f"{each.recorded_at.astimezone(zone):%Y-%m}"] += each.amount.minor
        sums.pop(f"{self.now.astimezone(zone):%Y-%m}", None)
        return sorted(amount for amount in sums.values() if amount > 0)

    def _sum(
        self, kind: FuseKind, ref: str, mine: Sequence[Action], limits: Iterable[tuple[Money, str]]
    ) -> Iterator[Trip]:
        """The trip of a fuse over a sum, at the lowest of its limits."""
        ref = f"{kind}|{ref}"
        loading = [action for action in mine if not self._is_released(ref, action)]
        found = min(limits, key=lambda one: one[0].minor, default=None)
        if not loading or found is None:
            return
        limit, rule = found
        actual = total([_size(moved(action)) for action in loading], limit.currency) + self._lately(
            kind, mine[0]
        )
        if actual.minor > limit.minor:
            yield Trip(kind, ref, limit, actual, rule, frozenset(each.document_key for each in loading))

    def _lately(self, kind: FuseKind, like: Action) -> Money:
        """What was billed within the window, for that client or in the whole company, and was not released."""
        currency = like.amount.currency
        let_pass = {one.rpartition("@")[0] for each in self.released.values() for one in each}
        return total(
            [
                _size(each.amount)
                for each in self.past
                if each.recorded_at > self.now - WINDOW
                and each.amount.currency == currency
                and (kind == "run" or each.client == like.client)
                and each.document_key not in let_pass
            ],
            currency,
        )

    def _is_released(self, ref: str, action: Action) -> bool:
        return stamp(action) in self.released.get(ref, ())


def moved(action: Action) -> Money:
    """What a write adds to what is billed, less what it takes back."""
    if action.kind == "withdraw":
        return action.amount
    added = total([step.amount for step in action.steps()], action.amount.currency)
    return added - total([each.amount for each in action.removals], action.amount.currency)


def stamp(action: Action) -> str:
    """What a release names: the document and exactly these amounts on it, as `<document key>@<digest>`."""
    steps = sorted((step.charge_key, step.payer, step.amount.minor) for step in action.steps())
    gone = sorted((each.charge_key, each.payer, each.amount.minor) for each in action.removals)
    signed = msgspec.json.encode((action.kind, action.client, action.amount.currency, steps, gone))
    return f"{action.document_key}@{hashlib.sha256(signed).hexdigest()[:12]}"


def _without(planned: Iterable[Planned], trips: Iterable[Trip]) -> list[Planned]:
    held = frozenset[str]().union(*(trip.documents for trip in trips))
    return [each for each in planned if each.action.document_key not in held]


def _grouped(planned: Iterable[Planned], *, by_client: bool) -> dict[tuple[str, ...], list[Action]]:
    groups = defaultdict[tuple[str, ...], list[Action]](list)
    for each in planned:
        key = (each.action.company, each.action.amount.currency)
        groups[(*key, each.action.client) if by_client else key].append(each.action)
    return dict(groups)


def _size(amount: Money) -> Money:
    return -amount if amount.minor < 0 else amount
