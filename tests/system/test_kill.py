"""`kill -9` of an apply at every step it takes: after restarts each milestone has one invoice, always."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from launcher import Launcher, Outcome
from office import PERCENT, WRITES, Office, assert_billed_once, held, is_voided, open_office

from sandbox.faults import drop_after
from sandbox.jira.issue import Issue
from sandbox.world.company import REALM

KILLED = -signal.SIGKILL
POST = f"POST /v3/company/{REALM}/invoice"
HONEST, FORGETFUL, LOSSY = "honest", "ignoring request ids", "ignoring request ids and losing answers"
pytestmark = pytest.mark.timeout(300)  # a busy machine may take ten times the usual
PARTS = 3  # of a loop over all steps, so that the parts can run beside each other


def let_it_be(office: Office, server: str, hands: int = 1) -> None:
    """Give the office's QuickBooks a character. With one hand at work the steps come in one order."""
    office.configure(f"requests_at_once = {hands}\n")
    if server != HONEST:
        office.sandbox.world.quickbooks.behaviour.requestid_honoured = False
    if server == LOSSY:
        office.sandbox.quickbooks_faults.add(drop_after(), method="POST", path=WRITES, count=2)


def apply_until_done(launcher: Launcher, office: Office) -> None:
    """Apply again and again, as a person or a supervisor would, until it says that nothing is left."""
    for _ in range(5):
        outcome = launcher.run("apply", cwd=office.home)
        if outcome.code == 0:
            return
    pytest.fail(f"it never came to an end: {outcome.out}{outcome.err}")


def steps_of(launcher: Launcher, home: Path, server: str) -> list[str]:
    """All steps of an undisturbed apply of two milestones."""
    with open_office(home) as office:
        let_it_be(office, server)
        epics = office.epic("Search", 33.33), office.epic("Checkout", 12.5)
        steps = launcher.run("apply", cwd=home, watch=True).points
        assert_billed_once(office, *epics)
        return list(steps)


def telling(steps: list[str], since: str = "") -> list[int]:
    """Numbers of the steps from `since` on that are worth a kill.

    While one read follows another nothing changes anywhere, so the first of them stands for all.
    """
    first = steps.index(since) if since else 0
    return [
        number
        for number in range(first, len(steps))
        if number == 0 or not (is_read(steps[number]) and is_read(steps[number - 1]))
    ]


def is_read(step: str) -> bool:
    """Whether a step is a request that changes nothing, or its answer."""
    return not step.startswith("commit") and not step.endswith(("/invoice", "/tokens/bearer"))


def test_the_steps_come_in_the_order_that_makes_a_kill_harmless(launcher, tmp_path):
    """The intent is durable before its bytes, these before the claim, the claim before anything leaves."""
    steps = steps_of(launcher, tmp_path / "home", HONEST)
    first_invoice = [
        "commit intake.enqueue",
        "commit outbox.reclaim",
        "commit outbox.add_generation",
        "commit outbox.begin",
        f"before {POST}",
        f"after {POST}",
        "commit outbox.settle",
    ]
    places = [steps.index(step) for step in first_invoice]
    assert places == sorted(places)
    assert steps.count(f"before {POST}") == 2
    assert "commit outbox.settle" in steps[: steps.index("commit outbox.begin", places[3] + 1)]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("server", [HONEST, LOSSY])
def test_an_apply_that_is_killed_at_any_step_bills_each_milestone_once(launcher, tmp_path, server, part):
    steps = steps_of(launcher, tmp_path / "all", server)
    # What comes before the first intent reads only, and reading knows nothing of how a server takes writes.
    numbers = telling(steps, "" if server == HONEST else "commit intake.enqueue")
    codes = []
    for number in numbers[part::PARTS]:
        with open_office(tmp_path / str(number)) as office:
            let_it_be(office, server)
            epics = office.epic("Search", 33.33), office.epic("Checkout", 12.5)
            codes.append(launcher.run("apply", cwd=office.home, kill_at=number).code)
            apply_until_done(launcher, office)
            assert_billed_once(office, *epics)
    assert KILLED in codes


@pytest.mark.parametrize("part", range(PARTS))
def test_a_restart_that_is_killed_as_well_bills_each_milestone_once(launcher, tmp_path, part):
    before_answer = steps_of(launcher, tmp_path / "all", FORGETFUL).index(f"after {POST}")

    def killed_once(home: Path, then: Callable[[Office], None]) -> None:
        with open_office(home) as office:
            let_it_be(office, FORGETFUL)
            epics = office.epic("Search", 33.33), office.epic("Checkout", 12.5)
            assert launcher.run("apply", cwd=home, kill_at=before_answer).code == KILLED
            then(office)
            apply_until_done(launcher, office)
            assert_billed_once(office, *epics)

    steps: list[str] = []
    killed_once(
        tmp_path / "undisturbed",
        lambda office: steps.extend(launcher.run("apply", cwd=office.home, watch=True).points),
    )
    for number in telling(steps, "commit outbox.reclaim")[part::PARTS]:

        def killed_again(office: Office, number: int = number) -> None:
            assert launcher.run("apply", cwd=office.home, kill_at=number).code == KILLED

        killed_once(tmp_path / str(number), killed_again)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_change_and_a_withdrawal_that_are_killed_at_any_step_happen_once(launcher, tmp_path, part):
    def played(home: Path, **more: Any) -> Outcome:
        with open_office(home, reopened="withdraw") as office:
            let_it_be(office, FORGETFUL)
            epics = (
                office.epic("Search", 30.0),
                office.epic("Checkout", 20.0),
                office.epic("Gift cards", 10.0),
            )
            assert launcher.run("apply", cwd=home).code == 0
            grown, shrunk, withdrawn = map(office.invoice_for, epics)
            office.lead.set_field(epics[0].key, PERCENT, 35.0)
            office.lead.set_field(epics[1].key, PERCENT, 15.0)
            office.lead.reopen(epics[2].key)
            outcome = launcher.run("apply", cwd=home, **more)
            apply_until_done(launcher, office)
            assert [row.version for row in (grown, shrunk, withdrawn)] == [1, 1, 1]
            assert is_voided(withdrawn)
            assert office.ledger() == {grown.id: Decimal(350), shrunk.id: Decimal(150)}
            office.lead.close(epics[2].key)  # were the void taken for finance's, it would not be billed again
            apply_until_done(launcher, office)
            assert sorted(office.ledger().values()) == [Decimal(100), Decimal(150), Decimal(350)]
            summed = launcher.run("status", "--json", cwd=home).document["buckets"]["billed"]["amounts"]
            assert (summed, len(office.made())) == ({"USD": "600.00"}, 4)
            return outcome

    steps = list(played(tmp_path / "all", watch=True).points)
    for number in telling(steps, "commit intake.enqueue")[part::PARTS]:
        assert played(tmp_path / str(number), kill_at=number).code == KILLED


@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_among_several_writes_under_way_bills_each_milestone_once(launcher, tmp_path, part):
    def five(office: Office) -> list[Issue]:
        let_it_be(office, LOSSY, hands=4)
        return [office.epic(f"Feature {number}", float(number)) for number in range(1, 6)]

    with open_office(tmp_path / "all") as office:
        five(office)
        steps = list(launcher.run("apply", cwd=office.home, watch=True).points)
    first = steps.index("commit outbox.reclaim")
    for number in range(first + part, len(steps), 3 * PARTS):
        with open_office(tmp_path / str(number)) as office:
            epics = five(office)
            launcher.run("apply", cwd=office.home, kill_at=number)
            apply_until_done(launcher, office)
            assert_billed_once(office, *epics)


def test_a_write_that_arrives_after_its_process_died_is_waited_for(launcher, office):
    """The bytes are on the way when the process is killed; the restart looks too early and must not post again."""
    let_it_be(office, FORGETFUL)
    epic = office.epic("Search", 33.33)
    arrived, released = threading.Event(), threading.Event()
    office.sandbox.quickbooks_faults.add(held(arrived, released), method="POST", path=WRITES)
    first = launcher.start("apply", cwd=office.home)
    assert arrived.wait(60)
    first.signal(signal.SIGKILL)
    assert first.wait().code == KILLED
    restart = launcher.start("apply", cwd=office.home)
    restart.wait_for("waits until")
    assert office.made() == []
    released.set()
    outcome = restart.wait()
    assert outcome.code == 0
    assert outcome.err.count("waits until") == 1
    assert_billed_once(office, epic)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("step", ["commit intake.enqueue", f"before {POST}", f"after {POST}"])
def test_a_kill_with_the_store_on_postgresql_bills_each_milestone_once(
    launcher, tmp_path, office, database_url, step
):
    office.use_store(database_url)
    let_it_be(office, FORGETFUL)
    number = steps_of(launcher, tmp_path / "all", FORGETFUL).index(step)
    epics = office.epic("Search", 33.33), office.epic("Checkout", 12.5)
    # The same steps, but for reading: PostgreSQL commits these transactions too.
    outcome = launcher.run("apply", cwd=office.home, kill_at=number)
    assert outcome.code == KILLED
    apply_until_done(launcher, office)
    assert_billed_once(office, *epics)
