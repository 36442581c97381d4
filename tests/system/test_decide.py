"""`decide` in the office: finance acts in QuickBooks, a person decides in a terminal, money follows, once."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from launcher import Launcher
from office import WRITES, Office, assert_billed_once, our_line
from test_half_billed import number, typed_in

from sandbox import faults
from sandbox.messages import Application, Request, Response
from sandbox.quickbooks.state import Row

WHY = ("--why", "agreed with the client on the phone", "--who", "ada")


def _apply(launcher: Launcher, office: Office, code: int = 0, **more: Any) -> None:
    assert launcher.run("apply", cwd=office.home, **more).code == code


def _inbox(launcher: Launcher, office: Office) -> list[dict[str, Any]]:
    outcome = launcher.run("decide", "--json", cwd=office.home)
    items: list[dict[str, Any]] = outcome.document["items"]
    assert outcome.code == (1 if items else 0)
    return [each for each in items if each["code"] != "schedule.short"]  # these offices have little work


def _decide(launcher: Launcher, office: Office, *words: str) -> dict[str, Any]:
    outcome = launcher.run("decide", *words, *WHY, "--json", cwd=office.home)
    assert (outcome.code, outcome.err) == (0, "")
    document: dict[str, Any] = outcome.document
    return document


def _totals(office: Office) -> list[Decimal]:
    return [row.body["TotalAmt"] for row in office.made() if not row.deleted]


def test_a_draft_that_finance_deleted_is_billed_again_by_name(launcher, office):
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    office.finance.delete(office.invoice_for(epic).id)
    _apply(launcher, office)
    (item,) = _inbox(launcher, office)
    assert (item["code"], item["owner"]) == ("draft.declined", "finance")
    shown = launcher.run("decide", epic.key, cwd=office.home)
    assert shown.code == 1
    assert "rebill 0.00 USD 300.00 USD bill it again" in " ".join(shown.out.split())
    office.forget_requests()
    told = launcher.run("decide", epic.key, "rebill", *WHY, cwd=office.home)
    assert told.code == 0
    assert "The next plan:" in told.out
    assert office.writes() == 0
    _apply(launcher, office)
    _apply(launcher, office)
    assert _totals(office) == [Decimal("300.00")]
    assert _inbox(launcher, office) == []
    (work,) = launcher.run("explain", epic.key, "--json", cwd=office.home).document["work"]
    (decided,) = work["decided"]
    assert (decided["choice"], decided["who"], decided["why"]) == ("rebill", "ada", WHY[1])
    assert "decided: rebill, by ada" in launcher.run("explain", epic.key, cwd=office.home).out


def test_what_finance_took_off_is_billed_on_the_next_draft(launcher, office):
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    row = office.invoice_for(epic)
    office.finance.edit_amount(row.id, str(our_line(row)["Id"]), Decimal("210.00"))
    _apply(launcher, office)
    (item,) = _inbox(launcher, office)
    document = _decide(launcher, office, item["id"], "defer")
    (action,) = document["actions"]
    assert (action["kind"], action["amount"]["amount"]) == ("create", "90.00")
    assert _decide(launcher, office, item["id"], "defer")["repeated"]
    _apply(launcher, office)
    assert _totals(office) == [Decimal("210.00"), Decimal("90.00")]
    assert _inbox(launcher, office) == []


def test_a_decision_on_what_finance_changed_since_is_refused_and_says_what(launcher, office):
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    row = office.invoice_for(epic)
    line = str(our_line(row)["Id"])
    office.finance.edit_amount(row.id, line, Decimal("210.00"))
    _apply(launcher, office)
    office.finance.edit_amount(row.id, line, Decimal("200.00"))
    outcome = launcher.run("decide", epic.key, "defer", *WHY, cwd=office.home)
    assert outcome.code == 1
    assert "90.00 USD less than drafted" in outcome.err
    assert "now: finance bills 200.00 USD" in outcome.err
    stale = launcher.run("decide", epic.key, "defer", *WHY, "--json", cwd=office.home)
    assert stale.code == 0  # the refusal has shown it: it is what was last seen


@pytest.fixture
def there(launcher: Launcher, office: Office) -> Office:
    """An office whose one invoice was made, its answer lost and its marker taken away: nobody can tell it is ours."""

    def meddled(request: Request, ask: Application) -> Response:
        def then(request: Request) -> Response:
            answer = ask(request)
            office.finance.edit_note(_row(office).id, "see mail")
            return answer

        return faults.drop_after()(request, then)

    office.epic("Search", 30.0)
    office.sandbox.quickbooks_faults.add(meddled, method="POST", path=WRITES)
    _apply(launcher, office, 1)
    return office


def _row(office: Office) -> Row:
    """The one invoice that names work of the project, with or without its marker."""
    everything = office.books.changed("Invoice", datetime.min.replace(tzinfo=UTC))
    (row,) = [row for row in everything if "HPO-" in str(row.body["Line"])]
    return row


def test_a_lost_invoice_that_a_person_finds_is_adopted(launcher, there):
    (item,) = _inbox(launcher, there)
    assert [each["choice"] for each in item["choices"]] == ["adopt", "resend", "abandon"]
    another = typed_in(there, "Harbor & Pine Outfitters", "299.99")
    there.forget_requests()
    wrong = launcher.run("decide", item["id"], "adopt", number(another), *WHY, cwd=there.home)
    assert (wrong.code, "299.99 USD, not to 300.00 USD" in wrong.err) == (2, True)
    _decide(launcher, there, item["id"], "adopt", number(_row(there)))
    _apply(launcher, there)
    assert there.writes() == 0
    assert there.ledger() == {_row(there).id: Decimal("300.00")}
    assert _inbox(launcher, there) == []


def test_a_lost_write_that_a_person_gives_up_is_held_by_their_name(launcher, there):
    (item,) = _inbox(launcher, there)
    _decide(launcher, there, item["id"], "abandon")
    there.forget_requests()
    _apply(launcher, there)
    assert there.writes() == 0
    (left,) = _inbox(launcher, there)
    assert left["code"] == "work.undone"
    assert "given up by ada" in left["reason"]


def test_a_lost_write_that_never_arrived_is_sent_once_more(launcher, office):
    """Finance writes an invoice of its own meanwhile, which could be ours: only a person can tell."""
    epic = office.epic("Search", 30.0)
    office.sandbox.quickbooks_faults.add(faults.drop_before(), method="POST", path=WRITES)
    launcher.run("apply", cwd=office.home, patience_seconds=-3)
    typed_in(office, "Harbor & Pine Outfitters", "120.00")
    _apply(launcher, office, 1)
    (item,) = _inbox(launcher, office)
    document = _decide(launcher, office, item["id"], "resend")
    assert [each["kind"] for each in document["actions"]] == ["create"]
    office.forget_requests()
    _apply(launcher, office)
    assert office.writes() == 1
    assert_billed_once(office, epic)


def test_a_decision_without_a_reason_or_a_known_subject_is_a_mistake_of_usage(launcher, office):
    assert launcher.run("decide", "HPO-1", "rebill", cwd=office.home).code == 2
    outcome = launcher.run("decide", "HPO-1", "rebill", *WHY, cwd=office.home)
    assert (outcome.code, "is called 'HPO-1'" in outcome.err) == (2, True)
    assert launcher.run("decide", "HPO-1", cwd=office.home).code == 2
    assert "Nothing needs a decision." in launcher.run("decide", cwd=office.home).out


def test_a_name_that_fits_nothing_is_refused_in_words_and_as_a_document(launcher, office):
    epic, other = office.epic("Search", 30.0), office.epic("Checkout", 10.0)
    _apply(launcher, office)
    office.finance.delete(office.invoice_for(epic).id)
    _apply(launcher, office)
    told = launcher.run("decide", f"{epic.key}9", cwd=office.home)
    assert (told.code, f"did you mean {epic.key}" in told.err) == (2, True)
    refused = launcher.run("decide", f"{epic.key}9", "rebill", *WHY, "--json", cwd=office.home)
    assert (refused.code, f"did you mean {epic.key}" in refused.document["refused"]) == (2, True)
    fine = launcher.run("decide", other.key, cwd=office.home)
    assert (fine.code, f"{other.key} needs no decision" in fine.out) == (0, True)
    assert launcher.run("decide", other.key, "--json", cwd=office.home).document == {"items": []}
