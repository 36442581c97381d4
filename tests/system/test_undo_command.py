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
    again = launcher.run(*undoing, cwd=office.home)
    assert (again.code, "Nothing is left to take back" in again.out) == (0, True)
    assert again.out.count("stays: its draft was undone by ada") == 2
    document = launcher.run(*undoing, "--json", cwd=office.home).document
    assert (document["undone"], document["drafts"], len(document["others"])) == (False, [], 3)
    assert launcher.run("apply", cwd=office.home).code == 0
    assert office.writes() == 0
    assert office.ledger() == {edited.id: Decimal("200.00")}
    held = launcher.run("status", "--json", cwd=office.home).document["work"]
    assert sum("undone by ada" in each["reason"] for each in held if each["bucket"] == "held") == 2
    rebill = ("decide", epics[0].key, "rebill", "--why", "it was right", "--who", "ada")
    assert launcher.run(*rebill, cwd=office.home).code == 0
    assert launcher.run("apply", cwd=office.home).code == 0
    assert len(office.made()) == 4


def test_a_run_partly_sent_to_a_client_is_undone_around_what_the_client_has(launcher, office):
    kept, gone = office.epic("Search", 30.0), office.epic("Checkout", 20.0)
    run = launcher.run("apply", "--json", cwd=office.home).document["digest"]
    sent, draft = office.invoice_for(kept), office.invoice_for(gone)
    office.finance.send(sent.id, "ap@harborpine.example")
    undoing = ("undo", run[:6], "--why", "wrong rate", "--yes", "--json")
    document = launcher.run(*undoing, cwd=office.home).document
    assert [each["reason"] for each in document["others"]] == ["the client has it"]
    assert (is_voided(sent), is_voided(draft)) == (False, True)
    assert office.ledger() == {sent.id: Decimal("300.00")}


def test_a_run_that_nothing_is_called_is_refused_in_words_and_as_a_document(launcher, office):
    told = launcher.run("undo", "feedface", "--why", "x", cwd=office.home)
    assert (told.code, "no run that wrote anything is called 'feedface'" in told.err) == (2, True)
    refused = launcher.run("undo", "abc", "--why", "x", "--json", cwd=office.home)
    assert (refused.code, "too short" in refused.document["refused"]) == (2, True)
