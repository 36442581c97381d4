"""Plays stories: `./dev simulate --seeds N --from M --record FILE`. Exit 1 when a law was broken, with the story.

`--story SEED [--shrink]` tells one; `--planted` hunts the planted bugs; `--page` writes docs/trust.md.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import asdict
from itertools import islice, repeat
from pathlib import Path

from simulation.bugs import BUGS
from simulation.compose import compose
from simulation.duels import DUELS
from simulation.page import PAGE, keep_planted, page
from simulation.planted import Hunted, hunt, law_of, played
from simulation.record import Run, keep
from simulation.shrink import shrunk
from simulation.template import empty_store

_AT_ONCE = 10  # stories that one process plays before it reports


def main() -> int:
    """Play, tell what was broken, keep the counts."""
    asked = _arguments()
    if asked.page:
        PAGE.write_text(page())
        return 0
    if asked.planted:
        return _hunt(asked.seeds, asked.processes)
    if asked.story is not None:
        return _tell(asked.story, asked.shrink)
    run, began = Run(asked.first, version=_version()), time.monotonic()
    parts = [
        (first, min(_AT_ONCE, asked.first + asked.seeds - first))
        for first in range(asked.first, asked.first + asked.seeds, _AT_ONCE)
    ]
    with ProcessPoolExecutor(asked.processes) as pool:
        in_time = _in_time(pool, parts, asked.processes, began + asked.minutes * 60)
        for number, part in enumerate(in_time, 1):
            run.join(part)
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{number * _AT_ONCE} of {asked.seeds}, {len(run.broken)} broken ")
    run.took = time.monotonic() - began
    if asked.record is not None:
        keep(run, asked.record)
    sys.stdout.write(
        f"{run.seeds} seeds in {run.took:.0f} s: {run.simulated / 86400:.0f} days, {run.passed['requests']} requests,"
        f" {run.passed['kill']} kills, {sum(_faults(run))} faults, broken: {run.broken or 'none'}\n"
    )
    return 1 if run.broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=300, metavar="N", help="how many stories (300)")
    parser.add_argument(
        "--minutes", type=float, default=math.inf, metavar="T", help="begin no more after so long"
    )
    parser.add_argument("--from", type=int, default=1, metavar="M", dest="first", help="the first seed (1)")
    parser.add_argument("--record", type=Path, metavar="FILE", help="add the counts to this file")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="P")
    parser.add_argument("--story", type=int, metavar="SEED", help="play and tell one story")
    parser.add_argument("--planted", action="store_true", help="hunt each planted bug for at most N stories")
    parser.add_argument("--page", action="store_true", help="write docs/trust.md from the records beside it")
    parser.add_argument(
        "--shrink", action="store_true", help="with --story: cut it down while it breaks a law"
    )
    return parser.parse_args()


def _in_time(pool: Executor, parts: Iterable[tuple[int, int]], at_once: int, ends_at: float) -> Iterator[Run]:
    """What parts came to, in order; after `ends_at` (monotonic) none is begun any more."""
    waiting = iter(parts)
    under_way = deque(pool.submit(_played, part) for part in islice(waiting, at_once))
    while under_way:
        yield under_way.popleft().result()
        if time.monotonic() < ends_at:
            under_way.extend(pool.submit(_played, part) for part in islice(waiting, 1))


def _played(part: tuple[int, int]) -> Run:
    first, count = part
    run = Run(first)
    gc.collect()
    gc.disable()  # a tenth of the time; what a few stories leave lying about is little
    with empty_store() as empty:
        for seed in range(first, first + count):
            outcome = played(compose(seed), empty)
            run.add(seed, outcome)
            if outcome.broken:
                sys.stderr.write("\n".join(["", f"seed {seed}:", *outcome.broken, ""]))
    return run


def _tell(seed: int, shrink: bool) -> int:  # noqa: FBT001  a switch of the command line
    story = compose(seed)
    with empty_store() as empty:
        outcome = played(story, empty)
        if outcome.broken and shrink:
            law = law_of(outcome)
            story = shrunk(story, lambda each: law_of(played(each, empty)) == law)
            outcome = played(story, empty)
    sys.stdout.write("\n".join([story.told(), f"trace {outcome.trace}", *outcome.broken, ""]))
    return 1 if outcome.broken else 0


def _hunt(seeds: int, processes: int | None) -> int:
    with ProcessPoolExecutor(processes) as pool:
        found = dict(zip(BUGS, pool.map(_hunted, BUGS, repeat(seeds)), strict=True))
    keep_planted((name, asdict(hunted)) for name, hunted in found.items())
    unseen = [name for name, hunted in found.items() if not hunted.law]
    sys.stdout.write(
        f"{len(found) - len(unseen)} of {len(found)} planted bugs were seen; not seen: {unseen or 'none'}\n"
    )
    return 1 if unseen else 0


def _hunted(name: str, seeds: int) -> Hunted:
    with empty_store() as empty:
        return hunt(BUGS[name], DUELS[name], range(1, seeds + 1), empty)


def _faults(run: Run) -> Iterator[int]:
    return (count for name, count in run.passed.items() if name.startswith("fault "))


def _version() -> str:
    asked = ["git", "rev-parse", "--short=12", "HEAD"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    return found.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
