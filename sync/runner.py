"""The service on one machine: one tick by APScheduler, due times in our own tables, a clean stop.

A tick reads both sides, looks only at contracts that something touched, and sends what is due.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler

from connectors.errors import ConnectorError, Unauthorized
from sync.auditing.published import keep_published
from sync.engine import REFUSED_AGAIN, Engine
from sync.hearing.ear import Ear
from sync.hearing.relook import look_again
from sync.installation.watch import ConnectionWatch
from sync.log import in_run
from sync.noticing import post_notices
from sync.outbox.company import Drained
from sync.outbox.notices import Posting
from sync.reading.lanes import Lanes, Returned, company_side, site_side
from sync.reading.round import Stumbled
from sync.reading.sources import Reading
from sync.reconciling.reconcile import reconcile
from sync.reload import RulesWatch
from sync.store.failing import StoreFailed
from sync.watching.alarm import Alarm
from sync.watching.circuits import Circuits
from sync.watching.clock import ClockWatch, done, is_due
from sync.watching.watch import Watch

T = TypeVar("T")
log = structlog.get_logger()

_REREAD, _RECONCILE = "reread", "reconcile"  # jobs: when they were last done is in the table of cursors
_GLANCE = 0.5  # seconds between two looks at whether it is over, or something was heard
_GATHER = timedelta(seconds=1)  # a deed of a person is several notifications; a storm is one look a second
_FINISHING = timedelta(minutes=3)  # a write under way is over by then, whatever the service does
_JITTER = 0.1  # of a poll, earlier or later: many installations must not ask in the same second


class Runner:
    """Ticks until it is told to stop. `tick` may be called by hand: it is the same one.

    `rules` brings edits of the contract files in between two ticks; None: the engine's book stays. After each tick the
    audit's head is published to `head_file`, "" for nowhere. `ear` hears what changed between two polls; `connections`
    watches over the logins. `lanes` are those that the sides are asked in; `circuits` know whose login was refused;
    `watch` is told how each tick went, and `alarm` tells people. The three are held against each other every
    `reconcile_every`; None: never.
    """

    def __init__(
        self,
        engine: Engine,
        every: timedelta,
        full_every: timedelta,
        rules: RulesWatch | None = None,
        head_file: str = "",
        ear: Ear | None = None,
        connections: ConnectionWatch | None = None,
        *,
        lanes: Lanes | None = None,
        circuits: Circuits | None = None,
        watch: Watch | None = None,
        alarm: Alarm | None = None,
        reconcile_every: timedelta | None = None,
    ) -> None:
        self._engine, self._every, self._full_every, self._rules = engine, every, full_every, rules
        self._head_file, self._ear, self._connections = head_file, ear, connections
        self._alarm, self._reconcile_every = alarm, reconcile_every
        self._lanes, self._circuits = lanes or Lanes(), circuits or Circuits(every)
        self._watch = watch or Watch(engine.store, engine.clock)
        self._stopped, self._asked = threading.Event(), threading.Event()
        self._down: set[str] = set()
        self._failing = ""

    def run(self, on_ready: Callable[[], None]) -> None:
        """Run until `stop`. A tick under way is finished first, so that a stop leaves nothing half done."""
        self._engine.put_in_force()
        scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone="UTC")
        ticks = scheduler.add_job(
            partial(self._guarded, self.tick),
            "interval",
            seconds=self._every.total_seconds(),
            jitter=self._every.total_seconds() * _JITTER,
            next_run_time=self._engine.clock(),
            coalesce=True,  # after a sleep, one tick catches up
            max_instances=1,
            misfire_grace_time=None,  # a late tick still runs: the library's default drops it after a second
        )
        scheduler.start()
        on_ready()
        clock = ClockWatch(self._engine.clock)
        while not self._stopped.wait(_GLANCE):  # it wakes for signals, too, that another thread was given
            if (jump := clock.jumped()) is not None:
                log.warning("clock.jumped", seconds=round(jump.total_seconds()))
                self._set_right(ticks, jump)
            if self._ear is not None and self._ear.is_waiting:
                self._ask_for_a_look(scheduler)
        scheduler.pause()  # else a job submitted during shutdown is logged as an error
        scheduler.shutdown(wait=True)
        self._lanes.rest("write", _FINISHING)
        log.info("service.stopped")

    def _set_right(self, ticks: Job, jump: timedelta) -> None:
        """After a jump of the clock: what waits for a moment of the old one goes on at once."""
        now = self._engine.clock()
        if jump < timedelta(0):
            try:
                self._engine.store.outbox.hurry(now)
            except StoreFailed as error:
                log.warning("clock.waits", reason=str(error))  # nothing is lost by waiting
        ticks.modify(next_run_time=now)

    def stop(self) -> None:
        """Ask for a clean stop."""
        self._stopped.set()

    def _ask_for_a_look(self, scheduler: BackgroundScheduler) -> None:
        """One look for all that was heard, after the tick under way; what comes meanwhile waits for the next."""
        if not self._asked.is_set():
            self._asked.set()
            look, due_at = partial(self._guarded, self.hear), self._engine.clock() + _GATHER
            scheduler.add_job(look, "date", run_date=due_at, misfire_grace_time=None)

    def _guarded(self, look: Callable[[], object]) -> None:
        with in_run():
            try:
                look()
                self._failing = ""
            except StoreFailed as error:
                self._watch.failed(error)
                if str(error) != self._failing:  # told once: every tick meets it until somebody mends it
                    self._failing = str(error)
                    log.error("store.failed", reason=self._failing)  # noqa: TRY400  the words say all there is to do
                return
            except Exception as error:
                # One tick that fails must not end the service: the next one starts from what is stored.
                log.exception("tick.failed")
                self._watch.failed(error)
            self._make_known()

    def _make_known(self) -> None:
        """After a look: the audit's head outside, alerts to people."""
        keep_published(self._head_file, self._engine.store, self._engine.clock())
        if self._alarm is not None:
            self._alarm.look()

    def tick(self) -> dict[str, Drained]:
        """Read, plan what was touched, store, send. Costs what changed, whatever the history."""
        engine, store = self._engine, self._engine.store
        began_at = engine.clock()
        if self._rules is not None and not self._lanes.busy():
            self._rules.look()
        resting = self._circuits.resting(began_at)
        reading = engine.read(self._lanes, resting)
        if is_due(store, _REREAD, self._full_every, began_at):
            engine.reread(reading, self._lanes)
            done(store, _REREAD, began_at)
        asked = {*map(site_side, reading.sites), *map(company_side, reading.companies), *reading.failures}
        drained = self._act(reading)
        trouble = [*reading.trouble, *_refused_logins(drained)]
        down = {error.account or error.service: error for error in trouble}
        refused = {side: error for side, error in down.items() if isinstance(error, Unauthorized)}
        self._circuits.note(asked - resting.keys(), refused, engine.clock())
        self._tell(down)
        if self._connections is not None:
            self._connections.look(trouble, engine.clock())
        self._reconcile(began_at)
        heard_at = self._ear.last_heard if self._ear is not None else {}
        self._watch.ticked(began_at, asked - down.keys(), self._circuits.refused.keys(), drained, heard_at)
        return drained

    def hear(self) -> dict[str, Drained]:
        """Look at what notifications named since the last time, and do what that makes due, as a tick would. An
        outage is told by the ticks."""
        self._asked.clear()
        named = self._ear.take() if self._ear is not None else None
        if named is None:
            return {}
        besides = self._lanes.busy() | self._circuits.resting(self._engine.clock()).keys()
        drained = self._act(look_again(self._engine, named, besides))
        self._watch.heard(drained)
        return drained

    def _act(self, reading: Reading) -> dict[str, Drained]:
        """Plan what was touched, store, send; what was done in each company."""
        engine, store = self._engine, self._engine.store
        now = engine.clock()
        marks = store.rules.dirty(now)
        wanted = marks.keys() | store.outbox.queued(by=now)
        refused_before = now - REFUSED_AGAIN
        plan = engine.plan(reading, wanted, refused_before)
        plan = engine.confirmed(plan, reading, refused_before, wanted)
        superseded = engine.enqueue(plan)
        for contract in superseded:
            log.warning(
                "plan.superseded", contract=contract, hint="its ledger moved or its rules were edited"
            )
        engine.keep(plan, marks)
        drained = self._drain(reading, plan.confirms(superseded))
        moved = {*marks, *store.rules.dirty(engine.clock())}
        posted = self._say(reading, moved, refused_before)
        counts = {alias: each.done for alias, each in drained.items()}
        said = {alias: each.put + each.taken_away for alias, each in posted.items()}
        seen = {"looked_at": len(plan.assessments), "planned": len(plan.actions)}
        log.info("tick.finished", **seen, written=counts, notices=said)
        return drained

    def _drain(self, reading: Reading, confirmed: frozenset[str]) -> dict[str, Drained]:
        """Send what is due of the contracts that were planned, to each company in its lane."""
        stopping = self._stopped.is_set
        errands = {
            company_side(alias): partial(self._engine.dispatch, alias, confirmed, stopping)
            for alias in sorted(reading.companies)
        }
        returned = _told(self._lanes.run("write", errands))
        return {side.partition(".")[2]: each for side, each in returned.items()}

    def _say(self, reading: Reading, only: set[str], denied_before: datetime) -> dict[str, Posting]:
        """Bring what stands in Jira up to the ledger, on each site in its lane."""
        errands = {
            site_side(alias): partial(
                post_notices, self._engine, replace(reading, sites={alias: view}), denied_before, only
            )
            for alias, view in sorted(reading.sites.items())
        }
        posted: dict[str, Posting] = {}
        for each in _told(self._lanes.run("tell", errands)).values():
            posted |= each
        return posted

    def _reconcile(self, now: datetime) -> None:
        """Hold the three against each other when that is due, and nothing else is under way."""
        every, store = self._reconcile_every, self._engine.store
        if every is None or self._lanes.busy() or not is_due(store, _RECONCILE, every, now):
            return
        done(store, _RECONCILE, now)  # at once: one that fails is not tried with every tick
        self._watch.reconciled(reconcile(self._engine, repair=False))

    def _tell(self, down: Mapping[str, ConnectorError]) -> None:
        """An outage is told once when it begins and once when it ends."""
        for name in sorted(down.keys() - self._down):
            error = down[name]
            log.error(
                "service.unavailable",
                service=error.service,
                account=name,
                reason=error.reason,
                hint=error.hint,
                exc_info=error.__cause__ if isinstance(error, Stumbled) else None,
            )
        for name in sorted(self._down - down.keys()):
            log.info("service.recovered", account=name)
        self._down = set(down)


def _refused_logins(drained: Mapping[str, Drained]) -> Iterator[ConnectorError]:
    """Of companies that took a login for reading and refused it for writing."""
    for alias, each in drained.items():
        for error in each.trouble:
            if isinstance(error, Unauthorized):
                error.account = company_side(alias)
                yield error


def _told(returned: Returned[T]) -> Mapping[str, T]:
    """What was done; what failed in its lane is logged."""
    for side, error in returned.failed.items():
        if isinstance(error, StoreFailed):
            raise error
        log.error("side.failed", side=side, exc_info=error)
    return returned.done
