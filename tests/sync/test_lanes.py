"""Lanes: a side that hangs delays no other, takes no second errand meanwhile, and what it raises hurts none."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

from sync.reading.lanes import Lanes

PATIENT, HASTY = timedelta(seconds=20), timedelta(seconds=0.05)


def test_without_patience_errands_are_done_in_order_and_an_error_is_raised() -> None:
    order: list[str] = []
    lanes = Lanes()
    lanes.run("read", {name: lambda name=name: order.append(name) for name in "ba"})  # type: ignore[misc]
    assert order == ["b", "a"]
    with pytest.raises(ZeroDivisionError):
        lanes.run("read", {"a": lambda: 1 // 0})


def test_errands_are_done_beside_each_other() -> None:
    meeting = threading.Barrier(3, timeout=20)
    returned = Lanes(PATIENT).run("read", dict.fromkeys("abc", meeting.wait))
    assert sorted(returned.done) == ["a", "b", "c"]


def test_one_that_hangs_is_late_and_its_lane_taken_until_it_is_over() -> None:
    lanes, go_on = Lanes(HASTY), threading.Event()
    returned = lanes.run("read", {"slow": lambda: go_on.wait(20), "quick": lambda: True})
    assert (returned.done, returned.late) == ({"quick": True}, {"slow"})
    assert (lanes.busy(), lanes.busy("read"), lanes.busy("write")) == ({"slow"}, {"slow"}, frozenset())

    begun: list[str] = []
    again = lanes.run("read", {"slow": lambda: begun.append("slow"), "quick": lambda: begun.append("quick")})
    assert (begun, again.late) == (["quick"], {"slow"})
    go_on.set()
    lanes.rest("read", PATIENT)
    assert lanes.busy() == frozenset()
    assert lanes.run("read", {"slow": lambda: "over"}).done == {"slow": "over"}


def test_one_that_fails_hurts_no_other() -> None:
    returned = Lanes(PATIENT).run("read", {"bad": lambda: 1 // 0, "good": lambda: 1})
    assert returned.done == {"good": 1}
    assert isinstance(returned.failed["bad"], ZeroDivisionError)


def test_a_rest_does_not_wait_for_other_kinds_nor_for_ever() -> None:
    lanes, go_on = Lanes(HASTY), threading.Event()
    lanes.run("read", {"site": lambda: go_on.wait(20)})
    began = time.monotonic()
    lanes.rest("write", PATIENT)
    lanes.rest("read", HASTY)
    assert time.monotonic() - began < 5
    go_on.set()
