"""The service: a tick looks at what was touched, tells an outage once, and stops cleanly."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs
from sync_bench import Bench

from connectors.errors import Rejected, Transient, Unauthorized
from sync.outbox.company import Drained
from sync.runner import Runner
from sync.store import Store

DOWN = Transient("Jira", "read issues", "no route to host")
REFUSED = Rejected("the books", "post", "no such item", code="2500", sent=True)
EVERY, DAILY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def two(quick_store: Store) -> Bench:
    """Two clients with a site and books each."""
    return Bench(quick_store, "acme", "beta")


def runner_of(bench: Bench) -> Runner:
    return Runner(bench.engine, EVERY, DAILY)


def looked_at(runner: Runner) -> int:
    """How many contracts a tick looks at."""
    with capture_logs() as logs:
        runner.tick()
    (finished,) = [entry for entry in logs if entry["event"] == "tick.finished"]
    count: int = finished["looked_at"]
    return count


def test_a_tick_does_what_is_due(bench: Bench) -> None:
    bench.close(1)
    runner_of(bench).tick()
    assert bench.sums() == {"billed": "100.00"}


def test_a_tick_looks_only_at_contracts_that_something_touched(two: Bench) -> None:
    runner = runner_of(two)
    assert looked_at(runner) == 2  # their rules are new
    assert looked_at(runner) == 0
    two.close(1)
    assert looked_at(runner) == 1
    assert len(two.books.documents()) == 1
    assert looked_at(runner) == 1  # a draft was made: its contract is looked at once more
    assert looked_at(runner) == 0
    two.books.finance.edit("1", memo="Thank you")
    assert looked_at(runner) == 1
    assert looked_at(runner) == 0


def test_a_restarted_service_does_not_look_at_everything_again(two: Bench) -> None:
    runner_of(two).tick()
    two.restart()
    assert looked_at(runner_of(two)) == 0


def test_a_contract_that_could_not_be_read_is_looked_at_when_it_can(two: Bench) -> None:
    runner = runner_of(two)
    looked_at(runner)
    two.close(1)
    two.acme.tracker.failure = DOWN
    assert looked_at(runner) == 0
    assert two.books.documents() == []
    two.acme.tracker.failure = None
    assert looked_at(runner) == 1
    assert len(two.books.documents()) == 1


def test_work_that_no_change_tells_of_is_noticed_by_the_daily_reading(bench: Bench) -> None:
    runner = runner_of(bench)
    bench.close(1)
    runner.tick()
    bench.acme.tracker.hide_issue("10001")
    runner.tick()
    assert bench.codes() == set()
    bench.wait(DAILY.total_seconds())
    runner.tick()
    assert bench.codes() == {"work.hidden"}
    assert [each.finding.code for each in bench.store.journal.findings()] == ["work.hidden"]
    assert bench.sums() == {"billed": "100.00"}


def test_the_daily_reading_is_daily_over_restarts(bench: Bench) -> None:
    runner_of(bench).tick()
    for hours, reread in ((23, 0), (1, 1), (1, 0), (23, 1)):
        bench.wait(hours * 3600)
        with capture_logs() as logs:
            runner_of(bench).tick()
        assert [entry["event"] for entry in logs].count("site.reread") == reread


def test_an_outage_is_told_once_when_it_begins_and_once_when_it_ends(two: Bench) -> None:
    runner = runner_of(two)
    told = []
    for failure in (None, DOWN, DOWN, DOWN, None, None, DOWN):
        two.acme.tracker.failure = failure
        with capture_logs() as logs:
            runner.tick()
        told.append([entry["event"] for entry in logs if entry["event"].startswith("service.")])
    down, up = ["service.unavailable"], ["service.recovered"]
    assert told == [[], down, [], [], up, [], down]


def test_a_refused_draft_is_tried_again_by_the_service_only_after_hours(bench: Bench) -> None:
    runner = runner_of(bench)
    bench.close(1)
    bench.books.fail_next = [REFUSED] * 2
    runner.tick()
    assert bench.sums() == {"failed": "100.00"}
    for _ in range(5):
        bench.wait(3600)
        bench.store.rules.mark_all()
        runner.tick()
    assert len(bench.books.sent) == 1
    bench.wait(3601)
    bench.store.rules.mark_all()
    runner.tick()
    assert len(bench.books.sent) == 2


def test_a_refused_draft_is_tried_again_though_nothing_else_changes(bench: Bench) -> None:
    runner = runner_of(bench)
    bench.close(1)
    bench.books.fail_next = [REFUSED]
    runner.tick()
    runner.tick()
    assert bench.sums() == {"failed": "100.00"}
    bench.wait(6 * 3600 + 60)
    runner.tick()
    assert bench.sums() == {"billed": "100.00"}


def test_a_refused_update_is_not_sent_with_every_tick(bench: Bench) -> None:
    runner = runner_of(bench)
    bench.close(1)
    runner.tick()
    bench.price(1, "130.00")
    bench.books.fail_next = [REFUSED] * 9
    for _ in range(5):
        bench.wait(60)
        runner.tick()
    assert len(bench.books.sent) == 2
    assert [each.finding.code for each in bench.store.journal.findings()] == ["write.refused"]
    assert bench.sums() == {"billed": "100.00", "failed": "30.00"}


def test_what_a_person_corrected_is_drafted_by_the_next_apply_without_waiting(bench: Bench) -> None:
    bench.close(1)
    bench.books.fail_next = [REFUSED]
    runner_of(bench).tick()
    bench.wait(60)
    bench.apply()
    assert bench.sums() == {"billed": "100.00"}


def test_a_write_that_waits_is_finished_by_a_later_tick(bench: Bench) -> None:
    runner = runner_of(bench)
    bench.close(1)
    bench.books.lose_answers = 1
    runner.tick()
    assert bench.store.outbox.unfinished() == {"unknown": 1}
    bench.wait(60)
    runner.tick()
    assert bench.store.outbox.unfinished() == {}
    assert len(bench.books.sent) == 1


def test_findings_keep_their_age_from_tick_to_tick(bench: Bench) -> None:
    runner = runner_of(bench)
    bench.close(1, None)
    first = bench.now
    for _ in range(3):
        runner.tick()
        bench.store.rules.mark_all()
        bench.wait(600)
    assert [each.first_seen_at for each in bench.store.journal.findings()] == [first]


def test_a_login_that_is_revoked_leaves_the_service_running(bench: Bench) -> None:
    runner = runner_of(bench)
    bench.close(1)
    bench.acme.tracker.failure = Unauthorized("Jira", "read issues", "the token is revoked")
    runner.tick()
    bench.acme.tracker.failure = None
    runner.tick()
    assert bench.sums() == {"billed": "100.00"}


class Counted(Runner):
    """A service that ticks a hundred times a second and says when a tick ended, well or not."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.engine, timedelta(milliseconds=10), DAILY)
        self.ended = threading.Semaphore(0)

    def tick(self) -> dict[str, Drained]:
        """See `Runner`."""
        try:
            return super().tick()
        finally:
            self.ended.release()


@pytest.fixture
def service(bench: Bench) -> Iterator[tuple[Counted, threading.Thread]]:
    """The service in a thread; it must stop when it is told to."""
    bench.now = datetime.now(UTC)  # its scheduler lives in real time
    runner = Counted(bench)
    ready = threading.Event()
    thread = threading.Thread(target=runner.run, args=(ready.set,))
    yield runner, thread
    runner.stop()
    thread.join(30)
    assert not thread.is_alive()
    assert ready.is_set()


def test_the_service_ticks_until_it_is_stopped(
    bench: Bench, service: tuple[Counted, threading.Thread]
) -> None:
    runner, thread = service
    bench.close(1)
    thread.start()
    for _ in range(3):
        assert runner.ended.acquire(timeout=10)
    assert len(bench.books.documents()) == 1


def test_a_tick_that_fails_does_not_end_the_service(
    bench: Bench, service: tuple[Counted, threading.Thread]
) -> None:
    runner, thread = service
    bench.close(1)
    trackers = bench.engine.trackers
    working = trackers["acme-site"]
    trackers["acme-site"] = None  # type: ignore[index]
    thread.start()
    assert runner.ended.acquire(timeout=10)
    assert bench.books.documents() == []
    trackers["acme-site"] = working  # type: ignore[index]
    for _ in range(3):
        assert runner.ended.acquire(timeout=10)
    assert len(bench.books.documents()) == 1


def test_a_stop_finishes_the_tick_that_is_under_way(
    bench: Bench, service: tuple[Counted, threading.Thread]
) -> None:
    runner, thread = service
    bench.close(1)
    posting, go_on = threading.Event(), threading.Event()

    def pause() -> None:
        posting.set()
        assert go_on.wait(30)

    bench.books.before = pause
    thread.start()
    assert posting.wait(30)
    runner.stop()
    thread.join(0.05)
    assert thread.is_alive()
    go_on.set()
    thread.join(30)
    assert bench.store.outbox.unfinished() == {}
    assert bench.sums() == {"billed": "100.00"}
