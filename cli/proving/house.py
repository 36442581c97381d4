"""The office that a scenario works on: served on loopback, with a home of its own and `milepost apply` as processes."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from cli.proving.process import Cut, apply_once
from cli.proving.time import SharedClock
from cli.screen import DONE
from sandbox.world.running import RunningSandbox
from sandbox.world.small import SmallOffice, open_small_office
from sync.installation.settings import load
from sync.store import Store

Process = Callable[[Path, "Synchronized[float]", Cut | None, Connection], None]

VALUE = Decimal("1000000.00")  # of the contract, so that no number of epics uses it up
_PATIENCE = 120  # seconds of the machine's own time for a process that should take one
_RESTARTS = 6


class Stuck(Exception):
    """A process hung, or work is left that no restart finishes."""


@dataclass(frozen=True, slots=True)
class Running:
    """A process that was started, and the line to it."""

    process: ForkServerProcess
    line: Connection

    def step(self) -> str:
        """The step at which it was cut; "" when it ended before. Waits for either."""
        if not self.line.poll(_PATIENCE):
            raise Stuck("an apply hung")
        with suppress(EOFError):
            return str(self.line.recv())
        return ""

    def go_on(self) -> None:
        """Let it do the step it waits before."""
        self.line.send("on")

    def end(self) -> int:
        """Wait for its end. Returns the exit code, negative for a signal."""
        self.process.join(_PATIENCE)
        code = self.process.exitcode
        self.close()
        if code is None:
            raise Stuck("an apply hung")
        return code

    def close(self) -> None:
        """Leave no process behind."""
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.line.close()


@dataclass(frozen=True, slots=True)
class House:
    """One scenario's office. Processes on it are `process`: the real one but in tests of this proof itself."""

    office: SmallOffice
    sandbox: RunningSandbox
    config: Path
    process: Process
    context: ForkServerContext
    clock: SharedClock

    def start(self, cut: Cut | None = None) -> Running:
        """An apply, on its way."""
        ours, theirs = self.context.Pipe()
        process = self.context.Process(
            target=self.process, args=(self.config, self.clock.shift, cut, theirs), daemon=True
        )
        process.start()
        theirs.close()
        return Running(process, ours)

    def finish(self) -> None:
        """Apply again, as a supervisor would, until nothing is left to do."""
        for _ in range(_RESTARTS):
            if self.start().end() == DONE:
                return
            self.clock.advance(timedelta(minutes=2))
        raise Stuck(f"work is left after {_RESTARTS} restarts")

    def ledger(self) -> dict[str, Decimal]:
        """What Milepost's own ledger says it billed, by the id of the invoice that carries it."""
        settings, problems = load(self.config)
        if settings is None:
            raise Stuck(str(problems))
        with closing(Store(settings.store.address)) as store:
            account = store.accounts.account("shop", self.clock.now())
        billed: dict[str, Decimal] = {}
        for claim in (each for each in account.claims if each.ended is None):
            shown = account.heads[claim.document_key].shown
            id_ = shown.external_id if shown is not None else ""
            billed[id_] = billed.get(id_, Decimal(0)) + claim.amount.decimal
        return billed


@contextmanager
def open_house(*, reopened: str = "hold", hands: int = 1, process: Process = apply_once) -> Iterator[House]:
    """An office for the length of a block. `hands`: how many writes it may have under way at once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["cli.proving.process"])
    clock = SharedClock(context.Value("d", 0.0))
    office = open_small_office(clock, reopened=reopened, value=VALUE)
    with (
        tempfile.TemporaryDirectory(prefix="milepost-selftest-") as folder,
        RunningSandbox(office.world) as sandbox,
    ):
        config = sandbox.write_home(Path(folder))
        with config.open("a", encoding="utf-8") as file:
            file.write(f"requests_at_once = {hands}\n")
        yield House(office, sandbox, config, process, context, clock)
