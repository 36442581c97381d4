"""What is played is counted, kept and summed, and the page tells it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from simulation.play import Outcome
from simulation.record import Run, keep, read, total


def test_runs_are_kept_one_by_one_and_summed(tmp_path: Path) -> None:
    file = tmp_path / "trust" / "record.jsonl"
    assert read(file) == []
    first, second = Run(1, version="abc"), Run(3, took=2.5)
    first.add(1, Outcome(passed=Counter(requests=40, kill=1), simulated=60.0))
    first.add(2, Outcome(passed=Counter(requests=2), simulated=30.0, broken=["I1: twice"]))
    second.add(3, Outcome(passed=Counter(requests=8), simulated=10.0))
    for run in (first, second):
        keep(run, file)
    assert read(file) == [first, second]
    whole = total(read(file))
    assert (whole.seeds, whole.broken, whole.simulated, whole.took) == (3, [2], 100.0, 2.5)
    assert whole.passed == Counter(requests=50, kill=1)
