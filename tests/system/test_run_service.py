"""`milepost run` as anyone would start it: an interpreter of its own, a poll a second, stopped by a signal."""

from __future__ import annotations

import signal
import subprocess
import threading

import pytest
from office import WRITES, assert_billed_once, held
from service import log_of, serving, stop, ticks, until

from sandbox import faults


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_bills_what_is_closed_within_a_poll_survives_an_outage_and_stops_cleanly(office, number):
    first = office.epic("Search", 33.33)
    with serving(office) as process:
        until(lambda: len(office.made()) == 1)
        until(lambda: ticks(office) >= 1)
        looks, second = ticks(office), office.epic("Checkout", 12.5)
        until(lambda: len(office.made()) == 2)
        assert ticks(office) - looks <= 2  # the one under way, and the next

        failed = office.sandbox.jira_faults.add(faults.answer(401, "{}"), count=None)
        until(lambda: failed.fired >= 3)
        third = office.epic("Gift cards", 10.0)
        office.sandbox.jira_faults.clear()
        until(lambda: len(office.made()) == 3)
        until(lambda: '"service.recovered"' in log_of(office))
        code, out = stop(process, number)
    assert code == 0
    assert out == '{\n  "running": true,\n  "poll_seconds": 1\n}\n'
    log = log_of(office)
    assert [log.count(event) for event in ('"service.unavailable"', '"service.recovered"')] == [1, 1]
    assert "Traceback" not in log
    assert log.rstrip().endswith("milepost stopped; everything under way was finished.")
    assert_billed_once(office, first, second, third)


def test_a_stop_during_a_write_finishes_it_first(office):
    arrived, released = threading.Event(), threading.Event()
    office.sandbox.quickbooks_faults.add(held(arrived, released), method="POST", path=WRITES)
    epic = office.epic("Search", 33.33)
    with serving(office) as process:
        assert arrived.wait(60)
        process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)
        released.set()
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert_billed_once(office, epic)


def test_a_draft_that_finance_touched_and_work_that_reopened_leave_a_running_service_quiet(office):
    epic, other = office.epic("Search", 33.33), office.epic("Checkout", 12.5)
    with serving(office) as process:
        until(lambda: len(office.made()) == 2)
        office.finance.edit_memo(office.invoice_for(epic).id, "Thank you")
        office.lead.reopen(epic.key)
        office.lead.reopen(other.key)
        seen = ticks(office)
        office.forget_requests()
        until(lambda: ticks(office) >= seen + 3)
        assert office.writes() == 0
        assert stop(process, signal.SIGTERM)[0] == 0
    assert [office.invoice_for(it).version for it in (epic, other)] == [1, 0]
