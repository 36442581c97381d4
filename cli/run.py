"""`milepost run`: the service."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from cli.opening import now, open_files
from cli.screen import DONE, USAGE, complain, leave, print_json
from cli.work import open_engine
from sync.engine import Engine
from sync.hearing.ear import Ear
from sync.hearing.receiver import listening
from sync.installation.doors import doors
from sync.installation.settings import Settings
from sync.installation.watch import ConnectionWatch
from sync.reading.lanes import Lanes
from sync.reload import RulesWatch
from sync.runner import Runner
from sync.watching.alarm import Alarm
from sync.watching.circuits import Circuits
from sync.watching.serving import Health, serving
from sync.watching.watch import Watch

_PATIENCE = timedelta(seconds=60)  # a side that takes longer is left to itself: the others go on


def run(config: Path, *, as_json: bool) -> None:
    """Tick until SIGTERM or Ctrl-C; a tick under way is finished, so nothing is left half done."""
    opened = open_files(config, as_json=as_json)
    service = opened.settings.service
    with (
        open_engine(opened, quiet=False) as engine,
        _heard(opened.settings) as ear,
        _watched(opened.settings, engine) as watch,
    ):
        runner = _runner(engine, opened.settings, ear, watch)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: runner.stop())
        runner.run(lambda: _ready(service.poll_seconds, as_json=as_json))
    complain(["milepost stopped; everything under way was finished."])
    leave(DONE)


def _runner(engine: Engine, settings: Settings, ear: Ear | None, watch: Watch) -> Runner:
    service, stored_at = settings.service, engine.store.connections.stored_at
    every, reconcile_hours = timedelta(seconds=service.poll_seconds), service.reconcile_hours
    return Runner(
        engine,
        every,
        timedelta(hours=service.reread_hours),
        RulesWatch(engine, settings),
        settings.audit.head_file,
        ear,
        ConnectionWatch(settings, engine.store),
        lanes=Lanes(_PATIENCE),
        watch=watch,
        alarm=_alarm(engine, settings),
        circuits=Circuits(every, lambda side: stored_at(settings.account_of(side))),
        reconcile_every=timedelta(hours=reconcile_hours) if reconcile_hours else None,
    )


def _alarm(engine: Engine, settings: Settings) -> Alarm:
    pause = timedelta(minutes=settings.alerts.every_minutes)
    return Alarm(engine.store, now, doors(settings), pause, settings.audit.head_file, Lanes(timedelta(0)))


@contextmanager
def _watched(settings: Settings, engine: Engine) -> Iterator[Watch]:
    watch, address = Watch(engine.store, engine.clock), settings.service.metrics_address
    with ExitStack() as stack:
        if address is not None:
            from sync.watching.metrics import exposition

            health = Health(lambda: watch.figures, now, timedelta(seconds=settings.service.poll_seconds))
            try:
                stack.enter_context(serving(address, health, exposition(settings, engine, watch)))
            except OSError as error:
                complain([f"[service] metrics_listen: {settings.service.metrics_listen}: {error.strerror}."])
                leave(USAGE)
        yield watch


@contextmanager
def _heard(settings: Settings) -> Iterator[Ear | None]:
    with ExitStack() as stack:
        try:
            ear = stack.enter_context(listening(settings, now))
        except OSError as error:
            complain([f"[webhooks] listen: {settings.webhooks.listen} is not to be had: {error.strerror}."])
            leave(USAGE)
        yield ear


def _ready(seconds: int, *, as_json: bool) -> None:
    if as_json:
        print_json({"running": True, "poll_seconds": seconds})
    else:
        complain(
            [f"milepost is running: a look every {seconds} seconds. SIGTERM or Ctrl-C stops it cleanly."]
        )
