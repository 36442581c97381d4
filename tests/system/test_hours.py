"""Hours logged in Jira become money in QuickBooks, every one of them, through the command and both services."""

from __future__ import annotations

from decimal import Decimal

from office import Office, our_line

from sandbox.jira.effort import edit_worklog
from sandbox.jira.issue import Issue

CARD = (
    '[rate_card]\nname = "standard"\ncurrency = "USD"\n\n[[rate]]\nfrom = 2020-01-01\nper_hour = "120.00"\n'
)


def by_the_hour(office: Office) -> None:
    """The contract bills hours at 120.00 instead of shares of its value."""
    text = office.contract.read_text("utf-8")
    priced = text.replace('{ percent = { field = "Billing %" } }', '{ rate_card = "standard" }').replace(
        "1000.00", "50000.00"
    )
    assert priced != text
    office.contract.write_text(priced, "utf-8")
    shared = office.contract.parent / "shared"
    shared.mkdir()
    (shared / "card.toml").write_text(CARD, "utf-8")


def worked(office: Office, title: str, hours: list[float]) -> tuple[Issue, Issue]:
    """A closed epic with one closed story, on which the lead logged these hours."""
    epic = office.epic(title, 0, closed=False)
    story = office.lead.add_child(epic.key, "Everything")
    for each in hours:
        office.lead.log_work(story.key, each)
    office.lead.close(story.key)
    return office.lead.close(epic.key), story


def test_more_hours_than_an_answer_carries_are_billed_whole_and_a_correction_moves_the_draft(
    launcher, office
):
    by_the_hour(office)
    epic, story = worked(office, "Search", [0.5] * 45)
    assert launcher.run("apply", "--json", cwd=office.home).code == 0
    assert our_line(office.invoice_for(epic))["Amount"] == Decimal("2700.00")

    log, state = story.worklogs[30], office.sandbox.world.jira
    with state.lock:
        edit_worklog(state, story, log, 3600, by=log.author, at=office.sandbox.clock.now())
    planned = launcher.run("plan", "--json", cwd=office.home).document["actions"]
    assert [action["kind"] for action in planned] == ["update"]
    assert launcher.run("apply", "--json", cwd=office.home).code == 0
    assert our_line(office.invoice_for(epic))["Amount"] == Decimal("2760.00")
    assert launcher.run("plan", "--json", cwd=office.home).document["actions"] == []


def test_hours_logged_after_the_bill_and_hours_of_other_work_are_told_apart(launcher, office):
    by_the_hour(office)
    first, story = worked(office, "Search", [2, 1.25])
    assert launcher.run("apply", "--json", cwd=office.home).code == 0
    second, _ = worked(office, "Checkout", [0.75])
    office.lead.log_work(story.key, 1)
    assert launcher.run("apply", "--json", cwd=office.home).code == 0
    amounts = {epic.key: our_line(office.invoice_for(epic))["Amount"] for epic in (first, second)}
    assert amounts == {first.key: Decimal("510.00"), second.key: Decimal("90.00")}
