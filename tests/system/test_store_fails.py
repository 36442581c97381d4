"""The disk under the store is full or broken: one sentence says so, and afterwards everything goes on, once.

A limit on the size of files stands for the disk: what goes beyond it fails at the very write, as on a full one.
"""

from __future__ import annotations

import resource
import signal
import threading

import pytest
from launcher import Launcher
from office import WRITES, Office, assert_billed_once, held
from service import log_of, serving, stop, ticks, until

SMALL = 64 * 1024  # bytes: the log of a service fits into it, the store's own log is longer by then


def limit(pid: int, size: int) -> None:
    """No file of the process may become longer than that."""
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def assert_told_plainly(said: str, office: Office) -> None:
    """Which file, why, and what to do, without a trace of the machinery."""
    assert f"{office.home}/milepost.db fails: its disk cannot be read or written" in said.replace("//", "/")
    assert "Nothing is lost" in said
    for machinery in ("Traceback", "sqlalchemy", "sqlite3", "SELECT", "INSERT"):
        assert machinery not in said


def test_a_store_that_fails_while_a_draft_is_on_its_way_bills_it_once(
    launcher: Launcher, office: Office
) -> None:
    office.sandbox.world.quickbooks.behaviour.requestid_honoured = False
    office.configure("requests_at_once = 1\n")
    epics = office.epic("Search", 33.33), office.epic("Checkout", 12.5)
    arrived, released = threading.Event(), threading.Event()
    office.sandbox.quickbooks_faults.add(held(arrived, released), method="POST", path=WRITES)
    first = launcher.start("apply", cwd=office.home)
    assert arrived.wait(60)
    limit(first.pid, SMALL)
    released.set()
    outcome = first.wait()
    assert outcome.code == 1
    assert_told_plainly(outcome.err, office)
    assert len(office.made()) == 1  # it is there, and nobody could note that
    assert launcher.run("apply", cwd=office.home).code == 0
    assert_billed_once(office, *epics)


def test_a_service_whose_store_fails_says_it_once_and_goes_on_when_it_is_mended(office: Office) -> None:
    with serving(office) as process:
        first = office.epic("Search", 33.33)
        until(lambda: len(office.made()) == 1 and ticks(office) > 2)
        limit(process.pid, SMALL)
        second = office.epic("Checkout", 12.5)
        until(lambda: '"store.failed"' in log_of(office))
        asked = office.sandbox.jira_log.count()
        until(lambda: office.sandbox.jira_log.count() > asked + 4)
        assert log_of(office).count('"store.failed"') == 1
        assert_told_plainly(log_of(office), office)
        limit(process.pid, resource.RLIM_INFINITY)
        until(lambda: len(office.made()) == 2)
        assert stop(process, signal.SIGTERM)[0] == 0
    assert_billed_once(office, first, second)
    assert '"tick.failed"' not in log_of(office)


@pytest.mark.parametrize("command", ["status", "apply"])
def test_a_store_that_is_damaged_is_named_with_what_to_do(
    launcher: Launcher, office: Office, command: str
) -> None:
    assert launcher.run("plan", cwd=office.home).code == 0
    store = office.home / "milepost.db"
    content = bytearray(store.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    store.write_bytes(content)
    outcome = launcher.run(command, cwd=office.home)
    assert outcome.code in (1, 2)
    assert "milepost.db" in outcome.err
    assert "backup" in outcome.err
    assert "Traceback" not in outcome.err
