"""A month of the service, cut to a few ticks: what is judged after the whole one holds after these, too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from simulation import month as played
from simulation.outside import Chances


def test_a_short_month_leaves_nothing_unfinished_and_bills_nothing_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    busy = replace(Chances(), fault=0.05, closes=0.3, finance=0.2, price=0.1)
    monkeypatch.setattr(played, "Chances", lambda: busy)
    month = played.play(25, lasts=timedelta(minutes=25))
    assert not month.problems
    assert month.truth.writes["made"] > 3
    assert month.truth.faults.total() - month.truth.faults[""] > 3
