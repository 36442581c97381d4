"""Figures of the service in the format of Prometheus. No label holds a text from Jira, a client or a key of work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol, runtime_checkable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from connectors.http import Usage
from sync.engine import Engine
from sync.installation.allowance import reads_of
from sync.installation.lasting import endings
from sync.installation.settings import Settings
from sync.reading.lanes import company_side, site_side
from sync.watching.watch import RECONCILED, Figures, Watch

_DAY = 86_400


@runtime_checkable
class Counting(Protocol):
    """A connection that counts its requests."""

    @property
    def usage(self) -> Usage:
        """What was sent so far."""
        ...


class ServiceFigures(Collector):
    """Collects when it is asked: what happened in this process, and how things stand in the store."""

    def __init__(self, settings: Settings, engine: Engine, watch: Watch) -> None:
        self._settings, self._engine, self._watch = settings, engine, watch

    def collect(self) -> Iterator[Metric]:
        """Every figure, as it stands now."""
        figures, now = self._watch.figures, self._engine.clock()
        yield from _ticks(figures)
        yield from self._sides(figures)
        yield from self._requests(figures)
        yield from self._work(now)
        yield from self._allowances(now)

    def _sides(self, figures: Figures) -> Iterator[Metric]:
        reached = GaugeMetricFamily(
            "milepost_side_reached_timestamp_seconds", "When a side was last read.", labels=["side"]
        )
        for side, at in sorted(figures.reached_at.items()):
            reached.add_metric([side], at.timestamp())
        yield reached
        circuit = GaugeMetricFamily(
            "milepost_login_refused", "1 while the login of a side is refused.", labels=["side"]
        )
        for side in sorted(figures.reached_at.keys() | figures.refused):
            circuit.add_metric([side], float(side in figures.refused))
        yield circuit

    def _requests(self, figures: Figures) -> Iterator[Metric]:
        sent = CounterMetricFamily("milepost_requests", "Requests that left.", labels=["side", "effect"])
        sides: dict[str, object] = {
            company_side(alias): company.books for alias, company in self._engine.companies.items()
        }
        for alias in self._engine.trackers:
            if site_side(alias) in figures.reached_at:  # else asking for it would make its connection
                sides[site_side(alias)] = self._engine.trackers[alias]
        for side, connection in sorted(sides.items()):
            if isinstance(connection, Counting):
                sent.add_metric([side, "read"], connection.usage.reads)
                sent.add_metric([side, "write"], connection.usage.writes)
        yield sent

    def _work(self, now: datetime) -> Iterator[Metric]:
        store = self._engine.store
        waiting = GaugeMetricFamily("milepost_unfinished_writes", "Writes by their state.", labels=["state"])
        counts = store.outbox.unfinished()
        for state in ("todo", "sending", "unknown", "parked"):
            waiting.add_metric([state], counts.get(state, 0))
        yield waiting
        oldest = min(store.outbox.waiting_since().values(), default=now)
        age = (now - oldest).total_seconds()
        yield GaugeMetricFamily("milepost_oldest_write_seconds", "Age of the oldest unfinished write.", age)
        findings = GaugeMetricFamily("milepost_findings", "Open findings by who can act.", labels=["owner"])
        owners = Counter(each.finding.owner for each in store.journal.findings())
        for owner in ("team", "finance", "admin"):
            findings.add_metric([owner], owners[owner])
        yield findings
        alerts = GaugeMetricFamily("milepost_alerts", "What asks for a person now, by kind.", labels=["kind"])
        for kind, number in store.alerts.standing().items():
            alerts.add_metric([kind], number)
        yield alerts
        if (found := store.signs.last(RECONCILED)) is not None:
            whole = float(bool(found.doc["whole"]))
            yield GaugeMetricFamily("milepost_reconciled_whole", "1 when the last reconciling agreed.", whole)

    def _allowances(self, now: datetime) -> Iterator[Metric]:
        taken = GaugeMetricFamily("milepost_month_reads", "Metered reads of this month.", labels=["company"])
        most = GaugeMetricFamily("milepost_month_reads_limit", "0: none.", labels=["company"])
        for each in reads_of(self._settings, self._engine.store, now):
            taken.add_metric([each.name], each.taken)
            most.add_metric([each.name], each.most)
        yield from (taken, most)
        left = GaugeMetricFamily(
            "milepost_login_days_left", "Days that a login still lasts.", labels=["side"]
        )
        first = {each.name: each.at for each in reversed(endings(self._settings, self._engine.store))}
        for side, at in sorted(first.items()):
            left.add_metric([side], (at - now).total_seconds() / _DAY)
        yield left


def exposition(settings: Settings, engine: Engine, watch: Watch) -> Callable[[], bytes]:
    """What gives the text that Prometheus reads."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(ServiceFigures(settings, engine, watch))
    return lambda: generate_latest(registry)


def _ticks(figures: Figures) -> Iterator[Metric]:
    yield CounterMetricFamily("milepost_ticks", "Ticks that ended well.", figures.ticks)
    yield CounterMetricFamily("milepost_failed_ticks", "Ticks that did not.", figures.failed_ticks)
    yield CounterMetricFamily("milepost_tick_seconds", "Seconds that ticks took.", figures.tick_seconds)
    if figures.ended_at is not None:
        at = figures.ended_at.timestamp()
        yield GaugeMetricFamily("milepost_last_tick_timestamp_seconds", "When the last tick ended well.", at)
    writes = CounterMetricFamily("milepost_writes", "What became of writes.", labels=["outcome"])
    for outcome, number in sorted(figures.writes.items()):
        writes.add_metric([outcome], number)
    yield writes
