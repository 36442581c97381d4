"""Drafts as estimates, from Jira to the books: finance converts them, turns them down, lets them lapse."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from launcher import Launcher
from office import PERCENT, Office

from sandbox.quickbooks.rules import sales
from sandbox.quickbooks.state import FINANCE_USER, Row


@pytest.fixture
def office(office: Office) -> Office:
    """The office, whose one contract makes estimates."""
    text = office.contract.read_text("utf-8")
    office.contract.write_text(text.replace("unsent_invoice", "pending_estimate"), "utf-8")
    return office


def _run(launcher: Launcher, office: Office, *words: str) -> dict[str, Any]:
    outcome = launcher.run(*words, "--json", cwd=office.home)
    assert outcome.code == 0, outcome
    return outcome.document


def _apply(launcher: Launcher, office: Office) -> list[str]:
    """One apply that must end well; the codes of its findings on single work. A second one would do nothing."""
    found = _run(launcher, office, "apply")
    assert found["trouble"] == []
    assert _run(launcher, office, "plan")["actions"] == []
    return [each["code"] for each in found["findings"] if not each["code"].startswith("schedule.")]


def _estimates(office: Office) -> list[Row]:
    return office.books.rows("Estimate")


def _sums(launcher: Launcher, office: Office) -> dict[str, str]:
    buckets = _run(launcher, office, "status")["buckets"]
    return {name: sums["amounts"]["USD"] for name, sums in buckets.items() if sums["amounts"].get("USD")}


@pytest.mark.parametrize("keeps_note", [True, False])
def test_an_estimate_is_followed_to_the_invoice_made_of_it(launcher, office, keeps_note):
    office.books.behaviour.conversion_keeps_note = keeps_note
    epic = office.epic("Search", 30.0)
    assert _apply(launcher, office) == []
    (estimate,) = _estimates(office)
    assert (estimate.body["TxnStatus"], estimate.body["TotalAmt"]) == ("Pending", 300)
    assert office.made() == []

    invoice = office.finance.convert_estimate(estimate.id)
    left_by_finance = (invoice.version, dict(invoice.body))
    office.lead.set_field(epic.key, PERCENT, 35.0)
    assert _apply(launcher, office) == []
    assert (invoice.version, dict(invoice.body)) == left_by_finance
    assert [row.body["TotalAmt"] for row in _estimates(office)] == [300, 50]
    assert office.ledger() == {invoice.id: Decimal("300.00"), _estimates(office)[1].id: Decimal("50.00")}
    stated = _run(launcher, office, "explain", "shop")["statement"]
    assert (stated["billed"]["amount"], stated["estimated"]["amount"]) == ("300.00", "50.00")


def test_an_estimate_invoiced_in_parts_keeps_what_is_left(launcher, office):
    office.epic("Search", 30.0)
    office.epic("Checkout", 20.0)
    _apply(launcher, office)
    for estimate in _estimates(office):
        office.finance.convert_estimate(estimate.id, Decimal("0.4"))
    assert _apply(launcher, office) == []
    assert sorted(office.ledger().values()) == [Decimal(80), Decimal(120), Decimal(120), Decimal(180)]
    for estimate in _estimates(office):
        office.finance.convert_estimate(estimate.id, Decimal("0.6"))
    assert _apply(launcher, office) == []
    assert sorted(office.ledger().values()) == [Decimal(80), Decimal(120), Decimal(120), Decimal(180)]
    assert {row.id for row in office.books.rows("Invoice")} >= office.ledger().keys()
    assert _sums(launcher, office) == {"billed": "500.00"}


def test_an_invoice_that_finance_deletes_gives_the_estimate_back(launcher, office):
    office.epic("Search", 30.0)
    _apply(launcher, office)
    (estimate,) = _estimates(office)
    invoice = office.finance.convert_estimate(estimate.id)
    _apply(launcher, office)
    office.finance.delete(invoice.id)
    assert _apply(launcher, office) == []
    assert office.ledger() == {estimate.id: Decimal("300.00")}


def _let_lapse(office: Office, estimate: Row) -> None:
    gone = (date.today() - timedelta(days=3)).isoformat()  # noqa: DTZ011  any day well past
    sent = {"Id": estimate.id, "SyncToken": str(estimate.version), "sparse": True, "ExpirationDate": gone}
    sales.update(office.books, "Estimate", sent, by=FINANCE_USER)


@pytest.mark.parametrize("ending", ["rejected", "closed", "expired"])
def test_an_estimate_that_comes_to_nothing_waits_for_a_decision(launcher, office, ending):
    office.epic("Search", 30.0)
    _apply(launcher, office)
    (estimate,) = _estimates(office)
    if ending == "expired":
        _let_lapse(office, estimate)
    else:
        office.finance.decide_estimate(estimate.id, ending.capitalize())
    assert _apply(launcher, office) == ["draft.declined"]
    assert len(_estimates(office)) == 1
    assert _sums(launcher, office) == {"held": "300.00"}


def test_an_untouched_estimate_whose_work_is_reopened_is_rejected_and_never_deleted(launcher, office):
    text = office.contract.read_text("utf-8")
    office.contract.write_text(text.replace('reopened = "hold"', 'reopened = "withdraw"'), "utf-8")
    epic = office.epic("Search", 30.0)
    _apply(launcher, office)
    office.lead.reopen(epic.key)
    assert _apply(launcher, office) == []
    assert [row.body["TxnStatus"] for row in _estimates(office)] == ["Rejected"]
    assert office.ledger() == {}
    office.lead.close(epic.key)
    assert _apply(launcher, office) == []
    assert [row.body["TxnStatus"] for row in _estimates(office)] == ["Rejected", "Pending"]
