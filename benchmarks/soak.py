"""Ten clients, 200,000 mixed requests, faults on: python -m benchmarks.soak [REQUESTS [SECONDS]].

A lap ends with all clients at rest: the world's invariants and each client's own books are checked, memory,
threads and sockets are counted, and the world is restored to its beginning. What grows from lap to lap leaks.
"""

from __future__ import annotations

import gc
import itertools
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.soak_client import Client
from sandbox import faults
from sandbox.faults import Fault, Faults
from sandbox.http import Request, Response, Server
from sandbox.jira.webhooks import Hook
from sandbox.quickbooks.wire.webhooks import Webhooks
from sandbox.world.digest import digest
from sandbox.world.generate import World, build
from sandbox.world.invariants import problems_of
from sandbox.world.running import RunningSandbox

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
CLIENTS = 10
_TICK = timedelta(milliseconds=250)  # of the world's time, per deed: a lap sees tokens expire
_PERIODS: tuple[tuple[int, Callable[[], Fault]], ...] = (
    (97, faults.drop_before),
    (131, faults.drop_after),
    (151, faults.cut_off),
    (173, faults.truncated_body),
    (191, faults.bad_gateway),
    (211, lambda: faults.too_many_requests("1")),
    (239, lambda: faults.answer_after(503, "try again")),
    (997, lambda: faults.delayed(0.002)),
)


@dataclass(frozen=True, slots=True)
class Lap:
    """One lap: what was done in it, and what the process holds at its end."""

    requests: int
    over_http: int
    writes: int
    repeats: int
    refused: int
    seconds: float
    megabytes: float
    threads: int
    files: int
    heard: int
    blocks: int


@dataclass(frozen=True, slots=True)
class Soak:
    """All laps, and every problem found on the way; none is the only right answer."""

    laps: list[Lap]
    problems: list[str]


def soak(
    requests: int,
    seconds: float,
    laps: int = 10,
    seed: int = 7,
    on_lap: Callable[[Lap], None] = lambda _lap: None,
) -> Soak:
    """Run about `requests` requests in `laps` laps, but begin no lap after `seconds`. `on_lap` hears of each."""
    world, ear = build(seed, UNTIL), _Ear()
    ended_at = time.monotonic() + seconds
    found = Soak([], [])
    with Server(ear) as hook, RunningSandbox(world) as running:
        _subscribe(world, f"{hook.url}/hook")
        for each in (running.jira_faults, running.quickbooks_faults):
            _script(each)
        clients = [Client(number, running, seed) for number in range(CLIENTS)]
        snapshot, beginning, resting = running.snapshot(), digest(world), threading.active_count()
        for _ in range(laps):
            if time.monotonic() > ended_at or found.problems:
                break
            figures = _lap(running, clients, requests // laps, found.problems)
            running.restore(snapshot)
            if digest(world) != beginning:
                found.problems.append("the restored world is not the one that was kept")
            _wait_for_idle_threads(resting)
            hook.log.clear()
            gc.collect()
            held = (
                _megabytes(),
                threading.active_count(),
                _open_files(),
                ear.reset(),
                sys.getallocatedblocks(),
            )
            found.laps.append(Lap(*figures, *held))
            on_lap(found.laps[-1])
        for client in clients:
            client.hang_up()
    return found


def _script(target: Faults) -> None:
    for period, maker in _PERIODS:
        target.add(maker(), count=None, when=_every(period))


def _every(period: int) -> Callable[[Request], bool]:
    numbers = itertools.count(1)
    return lambda _request: next(numbers) % period == 0


class _Ear:
    """A subscriber that has no time for every seventh notification."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._heard = 0

    def __call__(self, _request: Request) -> Response:
        self._heard = next(self._numbers)
        return Response(503 if self._heard % 7 == 0 else 200)

    def reset(self) -> int:
        """How much was heard; counting begins anew."""
        self._numbers, heard = itertools.count(1), self._heard
        return heard


def _subscribe(world: World, url: str) -> None:
    events = ("jira:issue_updated", "jira:issue_created", "worklog_created")
    world.jira.webhooks.hooks[1] = Hook(1, url, events, "project = HPO", "", "soak", "hush")
    Webhooks(world.quickbooks).subscribe(url, "verifier", "legacy")


def _lap(
    running: RunningSandbox, clients: list[Client], requests: int, problems: list[str]
) -> tuple[int, int, int, int, int, float]:
    before = [_sums(client) for client in clients]
    began = time.perf_counter()
    threads = [threading.Thread(target=_drive, args=(c, running, requests // CLIENTS)) for c in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    problems += problems_of(running.world)
    problems += [failure for client in clients for failure in client.tally.failures]
    problems += _miscounted(running, clients)
    for client in clients:
        client.begin_lap()
        client.hang_up()
    running.jira_log.clear()
    running.quickbooks_log.clear()
    done = [
        sum(after - then for after, then in zip(column_after, column_before, strict=True))
        for column_after, column_before in zip(
            zip(*map(_sums, clients), strict=True), zip(*before, strict=True), strict=True
        )
    ]
    requests_, over_http, writes, repeats, refused = done
    return requests_, over_http, writes, repeats, refused, took


def _drive(client: Client, running: RunningSandbox, requests: int) -> None:
    goal = client.tally.requests + requests
    try:
        while client.tally.requests < goal:
            running.clock.advance(_TICK)
            client.act()
    except Exception as error:  # noqa: BLE001  a crash in a thread must be the run's result
        client.tally.failures.append(f"crashed: {type(error).__name__}: {error}")


def _miscounted(running: RunningSandbox, clients: list[Client]) -> list[str]:
    """Notes that stand in the books another number of times than once, or not once when they should."""
    rows = running.world.company.rows("Invoice")
    notes = Counter(str(row.body.get("PrivateNote", "")) for row in rows)
    return [
        f"{note!r} stands {notes[note]} times in the books"
        for client in clients
        for note, is_there in client.expected.items()
        if notes[note] != int(is_there)
    ]


def _sums(client: Client) -> tuple[int, int, int, int, int]:
    tally = client.tally
    return tally.requests, tally.over_http, tally.writes, tally.repeats, tally.refused


def _wait_for_idle_threads(resting: int) -> None:
    """Connections hang up from the other side: the server's threads need a moment to see it."""
    deadline = time.monotonic() + 5
    while threading.active_count() > resting and time.monotonic() < deadline:
        time.sleep(0.01)


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _print(lap: Lap) -> None:
    counts = (lap.requests, lap.over_http, lap.writes, lap.repeats, lap.refused)
    figures = f"{lap.seconds:10.1f}{lap.megabytes:10.1f}{lap.threads:10}{lap.files:10}{lap.heard:10,}{lap.blocks:10,}"
    print("".join(f"{count:10,}" for count in counts) + figures, flush=True)


def main(requests: int = 200_000, seconds: float = 1800) -> int:
    """Print a line per lap and every problem; returns the exit code."""
    heads = (
        "requests",
        "over HTTP",
        "writes",
        "repeats",
        "refused",
        "seconds",
        "MB",
        "threads",
        "files",
        "heard",
    )
    print("".join(f"{head:>10}" for head in heads))
    found = soak(requests, seconds, on_lap=_print)
    total = sum(lap.requests for lap in found.laps)
    print(f"{total:,} requests; " + ("every invariant holds" if not found.problems else "PROBLEMS"))
    for problem in found.problems[:50]:
        print(f"  {problem}")
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main(*(int(text) for text in sys.argv[1:])))
