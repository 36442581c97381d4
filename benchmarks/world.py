"""What a world costs in time and memory: python -m benchmarks.world [FACTOR …]"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from sandbox.world.digest import digest
from sandbox.world.generate import build
from sandbox.world.snapshot import restore, take

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HUNDRED_THOUSAND_ISSUES = 170.0
_TITLES = (
    "factor",
    "issues",
    "histories",
    "invoices",
    "build s",
    "MB",
    "digest s",
    "snapshot s",
    "restore s",
    "peak MB",
)
Made = TypeVar("Made")


def main(factors: list[float]) -> None:
    """Build one world per factor in turn and print a line for each; memory is the peak so far."""
    print("".join(f"{title:>11}" for title in _TITLES))
    for factor in factors:
        world, built = _timed(lambda factor=factor: build(7, UNTIL, factor))
        after_build = _peak()
        before, told = _timed(lambda world=world: digest(world))
        snapshot, kept = _timed(lambda world=world: take(world))
        _, put_back = _timed(lambda world=world, snapshot=snapshot: restore(world, snapshot))
        assert digest(world) == before
        issues = world.jira.issues.values()
        histories = sum(len(issue.histories) for issue in issues)
        counts = (len(issues), histories, len(world.company.rows("Invoice")))
        figures = (built, after_build, told, kept, put_back, _peak())
        print(
            f"{factor:11g}"
            + "".join(f"{count:11,}" for count in counts)
            + "".join(f"{each:11,.1f}" for each in figures),
            flush=True,
        )


def _timed(act: Callable[[], Made]) -> tuple[Made, float]:
    began = time.perf_counter()
    made = act()
    return made, time.perf_counter() - began


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main([float(text) for text in sys.argv[1:]] or [1.0, 20.0, HUNDRED_THOUSAND_ISSUES])
