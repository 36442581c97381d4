"""A process that stands still past its deadline and its lease while another one takes over: nothing comes twice."""

from __future__ import annotations

import signal

import pytest
from launcher import Launcher, Process
from office import Office, assert_billed_once
from service import until

from sandbox.world.company import REALM

pytestmark = pytest.mark.timeout(300)  # a busy machine may take ten times the usual
POST = f"POST /v3/company/{REALM}/invoice"


def ready(office: Office, database_url: str) -> None:
    """A company that keeps no request id, and where waiting is short."""
    office.use_store(database_url)
    office.sandbox.world.quickbooks.behaviour.requestid_honoured = False
    office.set("send_seconds", "1")
    office.configure("requests_at_once = 1\n[service]\npoll_seconds = 1\n")


def taken_over(launcher: Launcher, office: Office, command: str, stop_at: str) -> tuple[Process, Process]:
    """Two processes: one that stopped itself there, and another one that has billed everything since."""
    first = launcher.start(command, cwd=office.home, stop_at=stop_at, lease_seconds=0.2)
    first.wait_until_stopped()
    second = launcher.start(command, cwd=office.home, lease_seconds=0.2)
    until(lambda: len(office.made()) == 2 and len(office.ledger()) == 2, 120)
    return first, second


@pytest.mark.parametrize("stop_at", [f"before {POST}", f"after {POST}"])
def test_an_apply_that_stood_still_around_its_write_adds_nothing(
    launcher: Launcher, office: Office, database_url: str, stop_at: str
) -> None:
    ready(office, database_url)
    epics = office.epic("Search", 33.33), office.epic("Checkout", 12.5)
    first, second = taken_over(launcher, office, "apply", stop_at)
    assert second.wait().code == 0
    first.signal(signal.SIGCONT)
    late = first.wait()
    assert "Traceback" not in late.err
    assert launcher.run("apply", cwd=office.home).code == 0
    assert_billed_once(office, *epics)


def test_a_service_that_stood_still_goes_on_beside_the_one_that_took_over(
    launcher: Launcher, office: Office, database_url: str
) -> None:
    ready(office, database_url)
    epics = [office.epic("Search", 33.33), office.epic("Checkout", 12.5)]
    services = taken_over(launcher, office, "run", f"before {POST}")
    services[0].signal(signal.SIGCONT)
    epics.append(office.epic("Gift cards", 10.0))
    until(lambda: len(office.made()) == 3, 120)
    for each in services:
        each.signal(signal.SIGTERM)
    for each in services:
        outcome = each.wait()
        assert (outcome.code, "tick.failed" in outcome.err) == (0, False)
    assert_billed_once(office, *epics)
