"""Two services on one store: each milestone is drafted once, and both stop cleanly."""

from __future__ import annotations

import signal

import pytest
from launcher import Launcher
from office import Office, assert_billed_once
from service import until

pytestmark = pytest.mark.timeout(300)  # a busy machine may take ten times the usual


def test_two_services_on_one_store_draft_each_milestone_once(
    launcher: Launcher, office: Office, database_url: str
) -> None:
    office.use_store(database_url)
    office.sandbox.world.quickbooks.behaviour.requestid_honoured = False
    office.configure("[service]\npoll_seconds = 1\n")
    epics = [office.epic("Search", 33.33)]
    services = [launcher.start("run", cwd=office.home) for _ in range(2)]
    until(lambda: len(office.made()) == 1, 120)
    for number in range(4):
        epics.append(office.epic(f"Feature {number}", 5.0))
        until(lambda: len(office.made()) == len(epics), 120)
    for each in services:
        each.signal(signal.SIGTERM)
    outcomes = [each.wait() for each in services]
    assert [outcome.code for outcome in outcomes] == [0, 0]
    for outcome in outcomes:
        assert '"tick.finished"' in outcome.err
        assert '"error"' not in outcome.err
    assert_billed_once(office, *epics)
