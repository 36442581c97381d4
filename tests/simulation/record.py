"""What was played, summed over all runs: one line of JSON per run in a file that is only added to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from simulation.play import Outcome


@dataclass(slots=True)
class Run:
    """One run over `seeds` stories from `first` on. `simulated` and `took` are seconds, in the towns and on the
    machine; `broken` are the seeds that broke a law."""

    first: int
    seeds: int = 0
    simulated: float = 0.0
    took: float = 0.0
    version: str = ""
    broken: list[int] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter[str])

    def add(self, seed: int, outcome: Outcome) -> None:
        """One story more."""
        self.seeds += 1
        self.simulated += outcome.simulated
        self.passed.update(outcome.passed)
        if outcome.broken:
            self.broken.append(seed)

    def join(self, other: Run) -> None:
        """What another process played of the same run."""
        self.seeds += other.seeds
        self.simulated += other.simulated
        self.passed.update(other.passed)
        self.broken = sorted({*self.broken, *other.broken})


def keep(run: Run, file: Path) -> None:
    """Add a run to a record."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as record:
        record.write(
            json.dumps(asdict(replace(run, passed=Counter())) | {"passed": run.passed}, sort_keys=True) + "\n"
        )


def read(file: Path) -> list[Run]:
    """Every run of a record."""
    if not file.exists():
        return []
    return [_run(json.loads(line)) for line in file.read_text().splitlines()]


def _run(kept: dict[str, Any]) -> Run:
    return Run(**{**kept, "passed": Counter(kept["passed"])})


def total(runs: Iterable[Run]) -> Run:
    """All of them in one."""
    whole = Run(first=0)
    for run in runs:
        whole.join(run)
        whole.took += run.took
    return whole
