"""The service on one machine: one tick by APScheduler, due times in our own tables, a clean stop.

A tick reads both sides, looks only at contracts that something touched, and sends what is due.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from connectors.errors import ConnectorError, Unauthorized
from sync.apply import Patience, drain_all
from sync.auditing.published import keep_published
from sync.engine import REFUSED_AGAIN, Engine
from sync.hearing.ear import Ear
from sync.hearing.relook import look_again
from sync.installation.watch import ConnectionWatch
from sync.log import in_run
from sync.noticing import post_notices
from sync.outbox.company import Drained
from sync.reading.sources import Reading
from sync.reload import RulesWatch

log = structlog.get_logger()

_REREAD = "reread"  # when everything was last read again by id, in the table of cursors
_GLANCE = 0.5  # seconds between two looks at whether it is over, or something was heard
_GATHER = timedelta(seconds=1)  # a deed of a person is several notifications; a storm is one look a second


class Runner:
    """Ticks until it is told to stop. `tick` may be called by hand: it is the same one.

    `rules` brings edits of the contract files in between two ticks; None: the engine's book stays. After each tick the
    audit's head is published to `head_file`, "" for nowhere. `ear` hears what changed between two polls; `connections`
    watches over the logins.
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
    ) -> None:
        self._engine, self._every, self._full_every, self._rules = engine, every, full_every, rules
        self._head_file, self._ear, self._connections = head_file, ear, connections
        self._stopped, self._asked = threading.Event(), threading.Event()
        self._down: set[str] = set()

    def run(self, on_ready: Callable[[], None]) -> None:
        """Run until `stop`. A tick under way is finished first, so that a stop leaves nothing half done."""
        self._engine.put_in_force()
        scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone="UTC")
        scheduler.add_job(
            partial(self._guarded, self.tick),
            "interval",
            seconds=self._every.total_seconds(),
            next_run_time=self._engine.clock(),
            coalesce=True,  # after a sleep, one tick catches up
            max_instances=1,
            misfire_grace_time=None,  # a late tick still runs: the library's default drops it after a second
        )
        scheduler.start()
        on_ready()
        while not self._stopped.wait(_GLANCE):  # it wakes for signals, too, that another thread was given
            if self._ear is not None and self._ear.is_waiting:
                self._ask_for_a_look(scheduler)
        scheduler.pause()  # else a job submitted during shutdown is logged as an error
        scheduler.shutdown(wait=True)
        log.info("service.stopped")

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
            except Exception:
                # One tick that fails must not end the service: the next one starts from what is stored.
                log.exception("tick.failed")
            keep_published(self._head_file, self._engine.store, self._engine.clock())

    def tick(self) -> dict[str, Drained]:
        """Read, plan what was touched, store, send. Costs what changed, whatever the history."""
        engine, store = self._engine, self._engine.store
        now = engine.clock()
        if self._rules is not None:
            self._rules.look()
        reading = engine.read()
        if self._is_full_due(now):
            engine.reread(reading)
            store.mirror.move(_REREAD, now.isoformat(), now)
        drained, trouble = self._act(reading)
        self._tell(trouble)
        if self._connections is not None:
            self._connections.look(trouble, engine.clock())
        return drained

    def hear(self) -> dict[str, Drained]:
        """Look at what notifications named since the last time, and do what that makes due, as a tick would. An
        outage is told by the ticks."""
        self._asked.clear()
        named = self._ear.take() if self._ear is not None else None
        if named is None:
            return {}
        return self._act(look_again(self._engine, named))[0]

    def _act(self, reading: Reading) -> tuple[dict[str, Drained], list[ConnectorError]]:
        """Plan what was touched, store, send; what was done, and who could not be reached."""
        engine, store = self._engine, self._engine.store
        now = engine.clock()
        marks = store.rules.dirty(now)
        refused_before = now - REFUSED_AGAIN
        plan = engine.plan(reading, marks, refused_before)
        plan = engine.confirmed(plan, reading, refused_before, marks)
        for contract in engine.enqueue(plan):
            log.warning(
                "plan.superseded", contract=contract, hint="its ledger moved or its rules were edited"
            )
        engine.keep(plan, marks)
        drained: dict[str, Drained] = {}
        drain_all(
            engine,
            reading,
            Patience(timedelta(0), lambda _seconds: None, stopping=self._stopped.is_set),
            drained,
        )
        moved = {*marks, *store.rules.dirty(engine.clock())}
        posted = post_notices(engine, reading, denied_before=refused_before, only=moved)
        counts = {alias: each.done for alias, each in drained.items()}
        said = {alias: each.put + each.taken_away for alias, each in posted.items()}
        seen = {"looked_at": len(plan.assessments), "planned": len(plan.actions)}
        log.info("tick.finished", **seen, written=counts, notices=said)
        return drained, [*reading.trouble, *_refused_logins(drained)]

    def _is_full_due(self, now: datetime) -> bool:
        """Whether a full re-reading is due; the first read of a new store was one."""
        last = self._engine.store.mirror.position(_REREAD)
        if last is None:
            self._engine.store.mirror.move(_REREAD, now.isoformat(), now)
            return False
        return now - datetime.fromisoformat(last) >= self._full_every

    def _tell(self, trouble: list[ConnectorError]) -> None:
        """An outage is told once when it begins and once when it ends."""
        down = {error.account or error.service: error for error in trouble}
        for name in sorted(down.keys() - self._down):
            error = down[name]
            log.error(
                "service.unavailable",
                service=error.service,
                account=name,
                reason=error.reason,
                hint=error.hint,
            )
        for name in sorted(self._down - down.keys()):
            log.info("service.recovered", account=name)
        self._down = set(down)


def _refused_logins(drained: Mapping[str, Drained]) -> Iterator[ConnectorError]:
    for alias, each in drained.items():
        for error in each.trouble:
            if isinstance(error, Unauthorized):
                error.account = f"quickbooks.{alias}"
                yield error
