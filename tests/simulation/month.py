"""A month of the service in as many ticks as wanted: `./dev month [TICKS]`. Exit 1 when something was not right.

The runner is the one of `milepost run`, over the real clients; half a percent of all requests meets a fault.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import cli.run
from cli.opening import open_files
from cli.work import SERVICE, engine_on
from sandbox.clock import Clock
from sandbox.quickbooks.company_settings import use_custom_fields
from sandbox.world.home import write_home
from sandbox.world.small import open_small_office
from simulation.abroad import Abroad, abroad
from simulation.machine import BOOKS, JIRA, Machine
from simulation.outside import Chances, Outside, Truth
from sync import log
from sync.engine import Engine
from sync.reconciling.reconcile import reconcile
from sync.runner import Runner
from sync.store import Store
from sync.watching.watch import Watch

_BEGINS = datetime(2026, 3, 2, 15, tzinfo=UTC)
_VALUE = Decimal(1_000_000)
_SAMPLES = 600
_GROWN = 1000  # ticks until a process holds what it needs
KEPT = Path(__file__).parents[2] / "docs" / "trust" / "month.json"
_REST = (400.0, 25 * 3600.0, 400.0, 400.0, 400.0, 400.0)
_FLAT = 1.05  # of the second third's memory in the last
_HASTE = "settle_seconds = 10\n"  # of a sandbox's home: here writes come late, as they may out there
_MEMORY = Path("/dev/shm")  # where it exists, a commit need not wait for a disk


@dataclass(slots=True)
class Sample:
    """How much the process held after so many ticks: memory in MB, open files, threads; and CPU seconds so far."""

    tick: int
    memory: float
    files: int
    threads: int
    spent: float


@dataclass(slots=True)
class Month:
    """What came of it. `problems` is empty when all held; `thirds` are medians of what the process held."""

    ticks: int
    seed: int
    spent: float = 0.0
    failed_ticks: int = 0
    parked: int = 0
    intents: int = 0
    thirds: list[dict[str, float]] = field(default_factory=list)
    truth: Truth = field(default_factory=Truth)
    problems: list[str] = field(default_factory=list)


def play(ticks: int, seed: int = 1, lasts: timedelta = timedelta(days=30)) -> Month:
    """The whole month, or what `lasts` instead."""
    office = open_small_office(Clock.at(_BEGINS), value=_VALUE)
    use_custom_fields(office.world.company, {1: "Crew #"})  # finance fills it in
    month, memory = Month(ticks, seed), _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="milepost-", dir=memory) as folder:
        home = Path(folder)
        config = write_home(office.world, home, JIRA, BOOKS)
        settings = config.read_text().replace(_HASTE, "")
        config.write_text(f'{settings}\n[audit]\nhead_file = "{home}/head"\n')
        clock = Clock.at(_BEGINS)
        with ExitStack() as stack:
            outside = stack.enter_context(abroad(Outside(office, Chances(), seed), clock))
            machine = Machine(outside, clock)
            stack.enter_context(machine.in_place())
            runner, engine, watch = stack.enter_context(_service(config, machine))
            samples = _run(runner, machine, outside, ticks, lasts / ticks)
            month.ticks = samples[-1].tick
            outside.clears()
            for seconds in _REST:
                machine.elapse(seconds)
                runner._guarded(runner.tick)
            month.truth = outside.told(_VALUE)
            month.failed_ticks = watch.figures.failed_ticks
            _judge(month, engine, samples)
    return month


@contextmanager
def _service(config: Path, machine: Machine) -> Iterator[tuple[Runner, Engine, Watch]]:
    log.configure("critical")
    opened = open_files(config, as_json=False)
    store = Store(opened.settings.store.address, SERVICE)
    engine = engine_on(store, opened, clock=machine.clock.now)
    engine.put_in_force()
    watch = Watch(store, machine.clock.now)
    try:
        yield cli.run._runner(engine, opened.settings, None, watch), engine, watch
    finally:
        store.close()


def _run(runner: Runner, machine: Machine, outside: Abroad, ticks: int, between: timedelta) -> list[Sample]:
    """Every tick, or those until a SIGTERM: what was played until then is judged all the same."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    samples: list[Sample] = []
    for number in range(1, ticks + 1):
        machine.elapse(between.total_seconds())
        outside.passes()
        runner._guarded(runner.tick)
        if number % max(1, ticks // _SAMPLES) == 0:
            samples.append(_sample(number))
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{number} ticks, {samples[-1].memory:.0f} MB, {samples[-1].spent:.0f} s ")
            if ended.is_set():
                break
    return samples


def _sample(tick: int) -> Sample:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    memory = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    files = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  names alone, nothing is opened beside
    return Sample(tick, memory, files, threading.active_count(), time.process_time())


def _judge(month: Month, engine: Engine, samples: list[Sample]) -> None:
    """Hold the end against what must be."""
    store, truth = engine.store, month.truth
    third = len(samples) // 3
    if third < 2:
        month.problems = ["it was ended too early to say whether memory and files stay flat"]
        return
    parts = [samples[:third], samples[third : 2 * third], samples[2 * third :]]
    month.thirds = [_median(part) for part in parts]
    month.spent = samples[-1].spent
    with store.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT state, problem, hint FROM intent").all()
    month.intents = len(found)
    parked = [row for row in found if row[0] == "parked"]
    month.parked = len(parked)
    unfinished = {name: count for name, count in store.outbox.unfinished().items() if name != "parked"}
    second, last = month.thirds[1:]
    over = [key for key, billed in truth.billed.items() if billed > truth.worth[key]]
    unbilled = [key for key in truth.worth if not truth.billed.get(key)]
    held = reconcile(engine, repair=False)
    problems = {
        f"it grew: {month.thirds}": month.ticks > _GROWN and _grew(second, last),
        f"unfinished: {unfinished}": bool(unfinished),
        f"parked: {parked}": len(parked) > month.intents / 1000
        or not all(row[1] and row[2] for row in parked),
        f"billed twice: {truth.twice} {over}": bool(truth.twice or over),
        f"never billed: {unbilled}": len(unbilled) > len(parked),
        f"not to be written: {truth.broken}": bool(truth.broken),
        f"ticks failed: {month.failed_ticks}": bool(month.failed_ticks),
        f"not whole: {held.drifts} {held.trouble} {[each for each in held.sums if each.gap]}": not held.is_whole,
        "something is left to do": bool(engine.plan(engine.read()).actions),
    }
    month.problems = [what for what, is_so in problems.items() if is_so]


def _grew(before: dict[str, float], after: dict[str, float]) -> bool:
    more = after["files"] > before["files"] or after["threads"] > before["threads"]
    return more or after["memory"] > before["memory"] * _FLAT


def _median(samples: list[Sample]) -> dict[str, float]:
    names = ("memory", "files", "threads")
    middle: dict[str, float] = {
        name: round(statistics.median(getattr(each, name) for each in samples), 1) for name in names
    }
    ticks = samples[-1].tick - samples[0].tick
    return middle | {"ms_per_tick": round((samples[-1].spent - samples[0].spent) / ticks * 1000, 1)}


def main(ticks: int, record: Path | None) -> int:
    """Play, tell, and keep what came of it."""
    month = play(ticks)
    kept = asdict(month)
    kept["truth"] = {
        "requests": month.truth.requests,
        "faults": month.truth.faults.total() - month.truth.faults[""],
        "kinds": len({kind for kind in month.truth.faults if kind}),
        "deeds": dict(sorted(month.truth.deeds.items())),
        "writes": dict(month.truth.writes),
        "epics": len(month.truth.worth),
    }
    text = json.dumps(kept, indent=1)
    sys.stdout.write(text + "\n")
    if record is not None and not month.problems:
        record.write_text(text + "\n")
    return 1 if month.problems else 0


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    sys.exit(main(wanted, KEPT if wanted >= 100_000 else None))
