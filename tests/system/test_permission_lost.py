"""A project that the login may not see any more: nothing is withdrawn, and everybody can see why it waits."""

from __future__ import annotations

import signal
from typing import Any

from office import SERVICE_ACCOUNT, Office, assert_billed_once


def positions(launcher, office: Office) -> dict[str, Any]:
    """What `status` says of each piece of work, by its title."""
    document = launcher.run("status", "--json", cwd=office.home).document
    assert document["gap"] == 0
    return {each["title"]: each for each in document["work"]}


def test_a_hidden_project_is_held_visibly_and_comes_back(launcher, office):
    """One epic is drafted before the permission is lost, another is closed and read but not posted yet."""
    drafted = office.epic("Search", 33.33)
    assert launcher.run("apply", cwd=office.home).code == 0
    waiting = office.epic("Checkout", 12.5)
    assert launcher.run("plan", cwd=office.home).code == 0
    invoice = office.invoice_for(drafted)
    office.lead.hide_project("HPO", SERVICE_ACCOUNT)
    office.forget_requests()

    for _ in range(2):
        outcome = launcher.run("apply", "--json", cwd=office.home)
        assert (outcome.code, outcome.document["actions"]) == (0, [])
        hidden = {each["subject"] for each in outcome.document["findings"] if each["code"] == "work.hidden"}
        assert hidden == {f"{drafted.key} Search", f"{waiting.key} Checkout"}
    assert office.writes() == 0
    assert invoice.version == 0
    held = positions(launcher, office)
    assert held[f"{waiting.key} Checkout"]["bucket"] == "held"
    assert "visible" in held[f"{waiting.key} Checkout"]["reason"]
    assert held[f"{drafted.key} Search"]["bucket"] == "billed"

    office.lead.show_project("HPO", SERVICE_ACCOUNT)
    outcome = launcher.run("apply", "--json", cwd=office.home)
    assert (outcome.code, outcome.document["findings"]) == (0, [])
    assert {each["bucket"] for each in positions(launcher, office).values()} == {"billed"}
    assert invoice.version == 0
    assert_billed_once(office, drafted, waiting)


def test_the_service_holds_a_hidden_project_too(launcher, office):
    """It looks only at what was touched: losing sight of a project touches its contract."""
    drafted = office.epic("Search", 33.33)
    assert launcher.run("apply", cwd=office.home).code == 0
    office.epic("Checkout", 12.5)
    office.lead.hide_project("HPO", SERVICE_ACCOUNT)
    office.configure("[service]\npoll_seconds = 1\n")
    office.forget_requests()
    service = launcher.start("run", cwd=office.home)
    service.wait_for('"tick.finished"')
    service.signal(signal.SIGTERM)
    assert service.wait().code == 0
    assert office.writes() == 0
    assert len(office.made()) == 1
    assert office.invoice_for(drafted).version == 0
