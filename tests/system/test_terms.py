"""Deposit, draws, retainage and payers in real books: what Milepost writes, and what the general ledger makes of it."""

from __future__ import annotations

from decimal import Decimal

from launcher import Launcher
from office import Office

from sandbox.quickbooks import starter
from sandbox.quickbooks.state import Row
from sandbox.world.invariants import problems_of

TERMS = """
[deposit]
amount = "200.00"
item = "Client deposits"
draw = "full"

[retainage]
hold = "10 %"
item = "Retainage"
release = {{ rule = "epics" }}

[[payer]]
name = "harbor"
client = "Harbor & Pine Outfitters"
share = 3

[[payer]]
name = "kestrel"
client = "Kestrel Health Inc"
share = 1
"""


def _agree(office: Office) -> None:
    """Phases share drafts; one payer bears three quarters, another one."""
    starter.add_item(office.books, "Retainage", account="Retainage Receivable")
    text = office.contract.read_text("utf-8").replace(
        'item = "Development"\n', 'item = "Development"\ngroup = "phase"\n', 1
    )
    head, _, rules = text.partition("[[milestone]]")
    office.contract.write_text(
        f"{head}{TERMS.replace('{{', '{').replace('}}', '}')}\n[[milestone]]{rules}", "utf-8"
    )


def _amounts(row: Row) -> list[Decimal]:
    return [line["Amount"] for line in row.body["Line"] if line["DetailType"] == "SalesItemLineDetail"]


def _larger_payer_first(rows: list[Row]) -> list[Row]:
    """One bill's documents; they reach QuickBooks in no order."""
    return sorted(rows, key=_amounts, reverse=True)


def _apply(launcher: Launcher, office: Office) -> None:
    outcome = launcher.run("apply", "--json", cwd=office.home)
    assert (outcome.code, outcome.document["trouble"]) == (0, []), outcome.document
    assert problems_of(office.sandbox.world) == []


def test_terms_are_kept_to_the_cent_in_the_books_of_two_payers(launcher, office):
    _agree(office)
    open_epic = office.epic("Gift cards", 10.0, closed=False)
    _apply(launcher, office)
    deposits = _larger_payer_first(office.made())
    assert [_amounts(row) for row in deposits] == [[Decimal("150.00")], [Decimal("50.00")]]
    for row in deposits:
        office.finance.take_payment(row.id)

    office.epic("Search", 33.33)
    _apply(launcher, office)
    first = _larger_payer_first(office.made()[2:])
    assert [_amounts(row) for row in first] == [
        [Decimal("249.98"), Decimal("-25.00"), Decimal("-150.00")],
        [Decimal("83.32"), Decimal("-8.33"), Decimal("-50.00")],
    ]
    assert [row.body["TotalAmt"] for row in first] == [Decimal("74.98"), Decimal("24.99")]

    office.lead.close(open_epic.key)
    _apply(launcher, office)
    grown, released = _larger_payer_first(office.made()[2:4]), _larger_payer_first(office.made()[4:])
    # Every epic is closed: nothing more is withheld, and what was is billed.
    assert [sum(_amounts(row)) for row in grown] == [Decimal("149.98"), Decimal("49.99")]
    assert [_amounts(row) for row in released] == [[Decimal("25.00")], [Decimal("8.33")]]
    total = sum(row.body["TotalAmt"] for row in office.made())
    assert total == Decimal("200.00") + Decimal("433.30") - Decimal("200.00")

    office.forget_requests()
    _apply(launcher, office)
    assert office.writes() == 0
