"""Several applies at once on one store: one invoice for each milestone, and every process ends cleanly."""

from __future__ import annotations

import signal
import threading

import pytest
from office import WRITES, assert_billed_once, held

from sandbox.faults import delayed

EPICS = (("Search", 33.33), ("Checkout", 12.5), ("Gift cards", 10.0))


@pytest.mark.parametrize("honoured", [True, False], ids=["honest", "ignoring request ids"])
@pytest.mark.parametrize("processes", [2, 3])
def test_applies_at_once_bill_each_milestone_once(launcher, office, database_url, processes, honoured):
    """The server is slow, so that the processes are really at it at the same time."""
    office.use_store(database_url)
    office.sandbox.world.quickbooks.behaviour.requestid_honoured = honoured
    office.sandbox.quickbooks_faults.add(delayed(0.1), method="POST", path=WRITES, count=None)
    epics = [office.epic(title, percent) for title, percent in EPICS]
    running = [launcher.start("apply", "--json", cwd=office.home) for _ in range(processes)]
    outcomes = [process.wait() for process in running]
    assert [(outcome.code, outcome.document["trouble"]) for outcome in outcomes] == [(0, [])] * processes
    assert all(outcome.err.count("another milepost is posting") <= 1 for outcome in outcomes)
    assert sum(outcome.document["companies"]["main"]["written"] for outcome in outcomes) == len(epics)
    assert office.writes() == len(epics)
    assert_billed_once(office, *epics)


def test_a_process_that_lost_its_lease_while_a_write_was_under_way_changes_nothing(launcher, office):
    """The write takes longer than the lease lasts: another process takes over, and waits for what was sent."""
    office.sandbox.world.quickbooks.behaviour.requestid_honoured = False
    office.set("settle_seconds", "2")
    epic, arrived, released = office.epic("Search", 33.33), threading.Event(), threading.Event()
    office.sandbox.quickbooks_faults.add(held(arrived, released), method="POST", path=WRITES)
    first = launcher.start("apply", cwd=office.home, lease_seconds=0.2)
    assert arrived.wait(20)
    second = launcher.start("apply", "--json", cwd=office.home, lease_seconds=0.2)
    second.wait_for("waits until")
    released.set()
    assert first.wait().code == 0
    outcome = second.wait()
    assert (outcome.code, outcome.document["companies"]["main"]["written"]) == (0, 1)
    assert office.writes() == 1
    assert_billed_once(office, epic)


def test_an_apply_beside_the_service_bills_each_milestone_once(launcher, office):
    office.configure("[service]\npoll_seconds = 1\n")
    office.sandbox.quickbooks_faults.add(delayed(0.1), method="POST", path=WRITES, count=None)
    epics = [office.epic(title, percent) for title, percent in EPICS]
    service = launcher.start("run", cwd=office.home)
    assert launcher.run("apply", cwd=office.home).code == 0
    service.signal(signal.SIGTERM)
    assert service.wait().code == 0
    assert_billed_once(office, *epics)
