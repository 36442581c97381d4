"""The service beside what goes wrong: a hung side, a refused login, a jumping clock, a second process."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs
from sync_bench import START, Bench

from connectors.errors import Unauthorized
from sync import log
from sync.reading.lanes import Lanes
from sync.runner import Runner
from sync.store import Store
from sync.watching.circuits import Circuits
from sync.watching.watch import RECONCILED, SERVICE

EVERY, DAILY = timedelta(minutes=1), timedelta(days=1)
CANARY = "canary-5d21-never-shown"
HASTY = timedelta(seconds=1)
NO = Unauthorized("Jira", "read issues", "the token is revoked")


@pytest.fixture
def two(quick_store: Store) -> Bench:
    """Two clients with a site and books each, and a finished epic each."""
    made = Bench(quick_store, "acme", "beta")
    made.close(1)
    made.clients["beta"].show(made.acme.epics[1])
    return made


@pytest.fixture
def hung() -> Iterator[threading.Event]:
    """What is held by it goes on at the end of the test."""
    event = threading.Event()
    yield event
    event.set()


def beside(bench: Bench, **more: Any) -> Runner:
    return Runner(bench.engine, EVERY, DAILY, lanes=Lanes(HASTY), **more)


def drafts(bench: Bench, client: str) -> int:
    return len(bench.clients[client].books.documents())


def test_a_site_that_hangs_delays_no_other_and_is_billed_when_it_answers(
    two: Bench, hung: threading.Event
) -> None:
    tracker, runner = two.acme.tracker, beside(two)
    answer = tracker.catalogue
    tracker.catalogue = lambda scope: (hung.wait(20), answer(scope))[1]  # type: ignore[method-assign]
    runner.tick()
    assert (drafts(two, "acme"), drafts(two, "beta")) == (0, 1)
    runner.tick()  # it is still at it: nobody else waits, and it is not asked a second time
    hung.set()
    runner._lanes.rest("read", timedelta(seconds=20))
    runner.tick()
    assert (drafts(two, "acme"), drafts(two, "beta")) == (1, 1)


def test_a_company_that_hangs_over_a_write_delays_no_other(two: Bench, hung: threading.Event) -> None:
    def hang() -> None:
        hung.wait(20)

    two.books.before = hang
    runner = beside(two)
    runner.tick()
    assert drafts(two, "beta") == 1
    runner.tick()
    assert len(two.books.sent) == 0
    hung.set()
    runner._lanes.rest("write", timedelta(seconds=20))
    runner.tick()
    assert (drafts(two, "acme"), len(two.books.sent)) == (1, 1)


def test_a_site_whose_answer_breaks_us_stops_no_other_and_is_told_once_without_its_secrets(
    two: Bench,
) -> None:
    def broken(_scope: object) -> None:
        raise KeyError(CANARY)

    two.acme.tracker.catalogue = broken  # type: ignore[method-assign, assignment]
    log.conceal(CANARY)
    out, runner = io.StringIO(), beside(two)
    log.configure("info", "json", out)
    for _ in range(3):
        runner.tick()
    assert drafts(two, "beta") == 1
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    (told,) = [each for each in lines if each["event"] == "service.unavailable"]
    assert told["account"] == "jira.acme-site"
    assert "KeyError" in told["exception"]
    assert "in broken" in told["exception"]
    assert CANARY not in out.getvalue()


def test_a_refused_login_is_asked_less_and_less_and_told_once(two: Bench) -> None:
    runner, asked = beside(two), []
    answer = two.acme.tracker.catalogue
    two.acme.tracker.failure = NO
    two.acme.tracker.catalogue = lambda scope: (asked.append(two.now), answer(scope))[1]  # type: ignore[method-assign]
    with capture_logs() as logs:
        for _ in range(300):
            runner.tick()
            two.wait(60)
    minutes = [int((at - START).total_seconds() / 60) for at in asked]
    assert minutes == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]
    assert [each["account"] for each in logs if each["event"] == "service.unavailable"] == ["jira.acme-site"]
    assert drafts(two, "beta") == 1
    two.acme.tracker.failure = None
    two.wait(3600)
    runner.tick()
    assert drafts(two, "acme") == 1


def test_a_login_is_asked_at_once_after_somebody_connected(two: Bench) -> None:
    store = two.store
    runner = beside(two, circuits=Circuits(EVERY, lambda _side: store.connections.stored_at("jira/acme")))
    two.acme.tracker.failure = NO
    for _ in range(9):
        runner.tick()
        two.wait(60)
    two.acme.tracker.failure = None
    runner.tick()
    assert drafts(two, "acme") == 0
    store.connections.keep("jira/acme", "sealed", two.now)
    runner.tick()
    assert drafts(two, "acme") == 1


@pytest.mark.parametrize(
    "jump", [timedelta(days=-30), timedelta(hours=-1), timedelta(hours=1), timedelta(days=9)]
)
def test_after_a_jump_of_the_clock_nothing_is_skipped_and_nothing_hammered(
    bench: Bench, jump: timedelta
) -> None:
    runner = Runner(bench.engine, EVERY, DAILY, reconcile_every=DAILY)
    bench.close(1)
    runner.tick()
    bench.now += jump
    bench.close(2)
    with capture_logs() as logs:
        for _ in range(5):
            runner.tick()
            bench.wait(60)
    assert len(bench.books.documents()) == 2
    rereads = [each["event"] for each in logs].count("site.reread")
    assert rereads == (0 if timedelta(0) < jump < DAILY else 1)
    assert (bench.store.signs.last(RECONCILED) is not None) == bool(rereads)
    with capture_logs() as logs:
        bench.wait(DAILY.total_seconds())
        runner.tick()
    assert [each["event"] for each in logs].count("site.reread") == 1


def test_days_of_outage_are_caught_up_with_by_one_tick(bench: Bench) -> None:
    runner = Runner(bench.engine, EVERY, DAILY)
    runner.tick()
    for number in range(1, 8):
        bench.wait(DAILY.total_seconds())
        bench.close(number)
    runner.tick()
    assert len(bench.books.documents()) == 7


def test_two_services_on_one_store_bill_once(two: Bench) -> None:
    first = beside(two)
    two.restart()
    second = beside(two)
    for number in range(2, 12):
        two.close(number)
        both = [threading.Thread(target=each.tick) for each in (first, second)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join(60)
        two.wait(60)
    first.tick()
    assert drafts(two, "acme") == 11
    assert len({document.marker for document in two.books.documents()}) == 11


def test_each_tick_leaves_a_sign_of_life(bench: Bench) -> None:
    runner = Runner(bench.engine, EVERY, DAILY)
    runner.tick()
    sign = bench.store.signs.last(SERVICE)
    assert sign is not None
    assert sign.at == START
    assert set(sign.doc["reached_at"]) == {"jira.acme-site", "quickbooks.acme-books"}


def test_what_drifted_unseen_is_found_daily_and_kept(bench: Bench) -> None:
    runner = Runner(bench.engine, EVERY, DAILY, reconcile_every=DAILY)
    bench.close(1)
    runner.tick()
    bench.books.finance.void("1")
    realm = bench.acme.company.realm
    bench.store.mirror.move(f"quickbooks:{realm}", str(len(bench.books._shelf.log)), bench.now)
    runner.tick()
    assert bench.store.signs.last(RECONCILED) is None
    bench.wait(DAILY.total_seconds())
    runner.tick()
    sign = bench.store.signs.last(RECONCILED)
    assert sign is not None
    assert (sign.doc["whole"], sum(sign.doc["drifts"].values())) == (False, 1)
