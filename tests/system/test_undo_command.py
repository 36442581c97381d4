"""`undo` in the office: the drafts that nobody touched go, what finance touched stays to the letter."""

from __future__ import annotations

from decimal import Decimal

from office import is_voided


def test_a_run_with_one_edited_draft_is_undone_around_it(launcher, office):
    epics = [office.epic("Search", 30.0), office.epic("Checkout", 20.0), office.epic("Gift cards", 10.0)]
    run = launcher.run("apply", "--json", cwd=office.home).document["digest"]
    first, edited, third = (office.invoice_for(epic) for epic in epics)
    office.finance.edit_memo(edited.id, "Thank you")
    left_by_finance = edited.version, dict(edited.body)
    shown = launcher.run("undo", run[:8], "--why", "wrong rate", cwd=office.home)
    assert (shown.code, "stays: finance edited it" in shown.out) == (1, True)
    assert "--yes" in shown.err
    assert not any(is_voided(row) for row in (first, edited, third))
    assert launcher.run("undo", run[:8], "--yes", cwd=office.home).code == 2  # without a reason
    undoing = ("undo", run[:8], "--why", "wrong rate", "--who", "ada", "--yes")
    done = launcher.run(*undoing, cwd=office.home)
    assert (done.code, "2 drafts taken back" in done.out) == (0, True)
    assert [is_voided(row) for row in (first, edited, third)] == [True, False, True]
    assert (edited.version, edited.body) == left_by_finance
    office.forget_requests()
    assert launcher.run(*undoing, cwd=office.home).code == 0
    assert launcher.run("apply", cwd=office.home).code == 0
    assert office.writes() == 0
    assert office.ledger() == {edited.id: Decimal("200.00")}
    held = launcher.run("status", "--json", cwd=office.home).document["work"]
    assert sum("undone by ada" in each["reason"] for each in held if each["bucket"] == "held") == 2
    rebill = ("decide", epics[0].key, "rebill", "--why", "it was right", "--who", "ada")
    assert launcher.run(*rebill, cwd=office.home).code == 0
    assert launcher.run("apply", cwd=office.home).code == 0
    assert len(office.made()) == 4
