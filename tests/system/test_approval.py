"""A contract agrees with finance what hands an invoice to the client; from then on nobody but finance writes it."""

from __future__ import annotations

from typing import Any

import pytest
from launcher import Launcher
from office import PERCENT, Office

from sandbox.quickbooks.state import Row

MAIL = "client@harbor.example"
APPROVED = {"ApprovalStatus": "APPROVED"}
FIELD = [{"DefinitionId": "1", "Name": "Released", "Type": "StringType", "StringValue": "Yes"}]


def _document(launcher: Launcher, office: Office, *words: str) -> Any:
    outcome = launcher.run(*words, "--json", cwd=office.home)
    assert outcome.code == 0, outcome
    return outcome.document


def _agreed(launcher: Launcher, office: Office, sign: str) -> Row:
    """An invoice of 300.00 under a contract that agreed on `sign`."""
    text = office.contract.read_text("utf-8")
    office.contract.write_text(text.replace("[[milestone]]", f"issued = {sign}\n\n[[milestone]]", 1), "utf-8")
    epic = office.epic("Search", 30.0)
    _document(launcher, office, "apply")
    office.lead.set_field(epic.key, PERCENT, 35.0)
    return office.invoice_for(epic)


@pytest.mark.parametrize(
    ("sign", "hand"),
    [
        ('"sent"', lambda finance, id_: finance.send(id_, MAIL)),
        ('"queued"', lambda finance, id_: finance.queue(id_, MAIL)),
        ('"approved"', lambda finance, id_: finance.set_field(id_, "TxnApprovalInfo", APPROVED)),
        (
            '{ field = "Released", is = "Yes" }',
            lambda finance, id_: finance.set_field(id_, "CustomField", FIELD),
        ),
    ],
    ids=["sent", "queued", "approved", "custom field"],
)
def test_an_invoice_with_the_agreed_sign_is_never_written_and_counts_as_sent(launcher, office, sign, hand):
    invoice = _agreed(launcher, office, sign)
    hand(office.finance, invoice.id)
    _document(launcher, office, "apply")
    assert [row.body["TotalAmt"] for row in office.made()] == [300, 50]
    stated = _document(launcher, office, "explain", "shop")["statement"]
    assert (stated["billed"]["amount"], stated["issued"]["amount"]) == ("350.00", "300.00")


def test_an_approval_that_nobody_agreed_on_changes_nothing(launcher, office):
    invoice = _agreed(launcher, office, '"sent"')
    office.finance.set_field(invoice.id, "TxnApprovalInfo", APPROVED)
    _document(launcher, office, "apply")
    assert [row.body["TotalAmt"] for row in office.made()] == [350]
