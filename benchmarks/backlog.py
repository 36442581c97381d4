"""A backlog after an outage, at QuickBooks' own limits: python -m benchmarks.backlog [MILESTONES].

The sandbox refuses what is beyond 500 requests a minute and 10 a second, and takes 300 ms for each answer. What counts
is how near to 500 the requests come while drafts are posted, and that none is refused.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from cli.opening import open_files
from cli.work import engine_on
from sandbox.clock import Clock
from sandbox.messages import Application, Request, Response
from sandbox.world.running import RunningSandbox
from sandbox.world.small import SmallOffice, open_small_office
from sync import log
from sync.apply import Patience, apply
from sync.store import Store

_LATENCY = 0.3  # seconds
_LAW = 500  # requests a minute


class Counter:
    """Answers late, and notes when each request came and how it was answered."""

    def __init__(self) -> None:
        self.posted: list[float] = []
        self.seen: list[float] = []
        self.refused = 0

    def __call__(self, request: Request, ask: Application) -> Response:
        """One request."""
        now = time.monotonic()
        self.seen.append(now)
        if request.method == "POST" and request.path.endswith("/invoice"):
            self.posted.append(now)
        time.sleep(_LATENCY)
        answer = ask(request)
        self.refused += answer.status == 429
        return answer


def main(milestones: int) -> None:
    """Close so many epics while nothing runs, apply once, and print the pace."""
    office = open_small_office(Clock.real(), value=Decimal(1_000_000))
    with RunningSandbox(office.world) as sandbox, tempfile.TemporaryDirectory() as folder:
        config = sandbox.write_home(Path(folder))
        text = config.read_text("utf-8")
        text = text.replace("per_minute = 6000", "per_minute = 450").replace(
            "per_second = 200", "per_second = 9"
        )
        config.write_text(text, "utf-8")
        _limit(office)
        for number in range(milestones):
            office.epic(f"Feature {number}", 0.05)
        counter = Counter()
        sandbox.quickbooks_faults.add(counter, count=None)
        _apply(config)
        seconds = counter.posted[-1] - counter.posted[0]
        within = sum(counter.posted[0] <= at <= counter.posted[-1] for at in counter.seen)
        pace = (within - 1) / seconds * 60
        print(
            f"{len(office.made())} invoices of {milestones} milestones, {within} requests in {seconds:.0f} s:"
            f" {pace:.0f} a minute, {pace / _LAW:.0%} of {_LAW}; refused with 429: {counter.refused}"
        )


def _limit(office: SmallOffice) -> None:
    behaviour = office.world.quickbooks.behaviour
    behaviour.requests_per_minute, behaviour.requests_per_second = _LAW, 10


def _apply(config: Path) -> None:
    log.configure("error")
    opened = open_files(config, as_json=False)
    store = Store(opened.settings.store.address, "benchmark")
    engine = engine_on(store, opened)
    apply(engine, Patience(timedelta(minutes=10), time.sleep))
    store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
