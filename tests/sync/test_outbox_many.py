"""A dispatch of many writes: several under way at once, an outage told by a few, a stop that waits for what is out."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta

from outbox_steps import OUTAGE, drain, queued, states
from sync_bench import Bench, usd

from connectors.ports import WriteRequest
from model.billing import Document
from sync.auditing.verify import verify


class Together:
    """The books as they are, whose sends wait until `most` of them are under way together."""

    def __init__(self, bench: Bench, most: int) -> None:
        self.most, self.here, self.gate = 0, 0, threading.Barrier(most, timeout=20)
        self._books, self._counting = bench.books, threading.Lock()

    def __getattr__(self, name: str) -> object:
        return getattr(self._books, name)

    def send(self, request: WriteRequest, request_id: str, send_by: object) -> Document:
        self.gate.wait()
        with self._counting:
            return self._books.send(request, request_id, send_by)  # type: ignore[arg-type]  # passed on


def handed(bench: Bench, hands: int, **changes: object) -> None:
    """The company posts with so many hands."""
    alias = bench.acme.company.alias
    company = replace(bench.engine.companies[alias], at_once=hands, **changes)  # type: ignore[arg-type]  # its fields
    bench.engine.companies = {**bench.engine.companies, alias: company}


def test_drafts_are_under_way_together_and_each_is_made_once(bench: Bench) -> None:
    queued(bench, 1, 2, 3, 4, 5, 6)
    handed(bench, 3, books=Together(bench, 3))
    drained = drain(bench)
    assert (drained.done, drained.trouble, drained.waiting_until) == (6, [], None)
    assert states(bench) == ["done"] * 6
    assert len(bench.books.documents()) == 6
    assert bench.sums() == {"billed": "600.00"}
    assert verify(bench.store).broken is None


def test_what_may_bill_what_is_given_back_waits_for_it(bench: Bench) -> None:
    queued(bench, 1, 2)
    drain(bench)
    handed(bench, 8)
    bench.price(1, "40.00")
    bench.close(3)
    bench.wait(1)
    assert bench.engine.enqueue(bench.plan()) == []
    slow, send = bench.books, bench.books.send

    def late(request: WriteRequest, request_id: str, send_by: object) -> Document:
        time.sleep(0.05 if request.operation == "update" else 0)
        return send(request, request_id, send_by)  # type: ignore[arg-type]  # passed on

    slow.send = late  # type: ignore[method-assign]  # the same books, slower
    drained = drain(bench)
    assert (drained.done, drained.dropped) == (2, 0)


def test_an_outage_is_told_by_a_few_tries_and_the_rest_waits(bench: Bench) -> None:
    queued(bench, *range(1, 21))
    bench.books.fail_next = [OUTAGE] * 20
    drained = drain(bench)
    assert len(drained.trouble) == 5
    assert states(bench) == ["todo"] * 20
    assert drained.waiting_until is not None
    assert drained.waiting_until >= bench.now + timedelta(seconds=5)
    bench.books.fail_next = []
    bench.now += timedelta(minutes=1)
    assert drain(bench).done == 20


def test_a_stop_begins_nothing_more_and_loses_nothing(bench: Bench) -> None:
    queued(bench, 1, 2, 3)
    alias = bench.acme.company.alias
    assert bench.engine.dispatch(alias, {"acme"}, lambda: len(bench.books.sent) == 1).done == 1
    assert states(bench) == ["done", "todo", "todo"]
    assert drain(bench).done == 2
    assert sum((each.total.minor for each in bench.books.documents()), 0) == usd("300.00").minor
