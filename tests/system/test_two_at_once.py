"""Several applies at once on one store: one invoice for each milestone, and every process ends cleanly."""

from __future__ import annotations

import signal
import threading
import time

import pytest
from office import WRITES, assert_billed_once, held

from sandbox.http import Request, Response
from sandbox.messages import Application

EPICS = (("Search", 33.33), ("Checkout", 12.5), ("Gift cards", 10.0))


class SlowDesk:
    """A server that takes a while over each request; `most` is how many it ever had at the same time."""

    def __init__(self) -> None:
        self.most = self._now = 0
        self._lock = threading.Lock()

    def __call__(self, request: Request, ask: Application) -> Response:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.1)
        try:
            return ask(request)
        finally:
            with self._lock:
                self._now -= 1


@pytest.mark.parametrize("honoured", [True, False], ids=["honest", "ignoring request ids"])
@pytest.mark.parametrize("processes", [2, 3])
def test_applies_at_once_bill_each_milestone_once(launcher, office, database_url, processes, honoured):
    """The server is slow, so that the processes are really at it at the same time."""
    office.use_store(database_url)
    office.configure("requests_at_once = 1\n")  # so that two under way together would be of two processes
    office.sandbox.world.quickbooks.behaviour.requestid_honoured = honoured
    desk = SlowDesk()
    office.sandbox.quickbooks_faults.add(desk, method="POST", path=WRITES, count=None)
    epics = [office.epic(title, percent) for title, percent in EPICS]
    running = [launcher.start("apply", "--json", cwd=office.home) for _ in range(processes)]
    outcomes = [process.wait() for process in running]
    assert [(outcome.code, outcome.document["trouble"]) for outcome in outcomes] == [(0, [])] * processes
    assert all(outcome.err.count("another milepost is posting") <= 1 for outcome in outcomes)
    assert sum(outcome.document["companies"]["main"]["written"] for outcome in outcomes) == len(epics)
    assert (office.writes(), desk.most) == (len(epics), 1)
    assert_billed_once(office, *epics)


def test_a_process_that_lost_its_lease_while_a_write_was_under_way_changes_nothing(launcher, office):
    """The write takes longer than the lease lasts: another process takes over, and waits for what was sent."""
    office.sandbox.world.quickbooks.behaviour.requestid_honoured = False
    office.set("settle_seconds", "2")
    epic, arrived, released = office.epic("Search", 33.33), threading.Event(), threading.Event()
    office.sandbox.quickbooks_faults.add(held(arrived, released), method="POST", path=WRITES)
    first = launcher.start("apply", "--json", cwd=office.home, lease_seconds=0.2)
    assert arrived.wait(60)
    second = launcher.start("apply", "--json", cwd=office.home, lease_seconds=0.2)
    second.wait_for("waits until")
    released.set()
    outcomes = first.wait(), second.wait()
    assert [outcome.code for outcome in outcomes] == [0, 0]
    assert sum(outcome.document["companies"]["main"]["written"] for outcome in outcomes) == 1
    assert office.writes() == 1
    assert_billed_once(office, epic)


def test_an_apply_beside_the_service_bills_each_milestone_once(launcher, office):
    office.configure("[service]\npoll_seconds = 1\n")
    office.sandbox.quickbooks_faults.add(SlowDesk(), method="POST", path=WRITES, count=None)
    epics = [office.epic(title, percent) for title, percent in EPICS]
    service = launcher.start("run", cwd=office.home)
    assert launcher.run("apply", cwd=office.home).code == 0
    service.signal(signal.SIGTERM)
    assert service.wait().code == 0
    assert_billed_once(office, *epics)
