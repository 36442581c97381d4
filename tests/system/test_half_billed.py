"""A contract half billed by hand: nothing is billed before it ties with QuickBooks, then the rest to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from office import Office

from sandbox.quickbooks.rules import invoices
from sandbox.quickbooks.state import FINANCE_USER, Row


def typed_in(office: Office, client: str, amount: str, text: str = "By hand") -> Row:
    """An invoice that finance writes itself."""
    company = office.books
    customer, item = company.named("Customer", client), company.named("Item", "Development")
    assert customer is not None
    assert item is not None
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": Decimal(amount),
        "Description": text,
        "SalesItemLineDetail": {"ItemRef": item.reference()},
    }
    body = {
        "CustomerRef": customer.reference(),
        "CurrencyRef": dict(customer.body["CurrencyRef"]),
        "Line": [line],
    }
    return invoices.create(company, body, by=FINANCE_USER)


def number(row: Row) -> str:
    """The number of an invoice."""
    return str(row.body["DocNumber"])


def begin(office: Office, words: str) -> None:
    """Give the contract an opening on the day it starts."""
    text = office.contract.read_text("utf-8")
    starts = next(line for line in text.splitlines() if line.startswith("starts")).partition("= ")[2]
    head, mark, rules = text.partition("[[milestone]]")
    office.contract.write_text(f"{head}[opening]\non = {starts}\n{words}\n\n{mark}{rules}", "utf-8")


@pytest.fixture
def half(office: Office) -> Office:
    """An office where a third was billed by hand, a cent too much, and one epic since."""
    office.epic("Search", 33.33)
    return office


CLIENT = "Harbor & Pine Outfitters"


def test_the_rest_is_billed_to_the_cent_once_the_invoices_tie(launcher, half):
    first, second = typed_in(half, CLIENT, "300.00"), typed_in(half, CLIENT, "33.31")
    begin(half, f'billed = "333.31"\npercent = "33.33 %"\ninvoices = ["{number(first)}", "{number(second)}"]')
    assert launcher.run("check", cwd=half.home).code == 0
    assert launcher.run("apply", cwd=half.home).code == 0
    half.epic("Checkout", 33.34)
    half.forget_requests()
    assert launcher.run("apply", cwd=half.home).code == 0
    assert [row.body["TotalAmt"] for row in half.made()] == [Decimal("333.29"), Decimal("333.40")]
    asked = [call for call in half.sandbox.quickbooks_log if "DocNumber" in str(call)]
    assert asked == [], "once it ties it is not looked up again"
    assert half.writes() == 1


def test_sums_that_differ_hold_the_whole_contract_until_they_are_corrected(launcher, half):
    row = typed_in(half, CLIENT, "333.30")
    begin(half, f'billed = "333.31"\npercent = "33.33 %"\ninvoices = ["{number(row)}"]')
    for _ in range(2):
        outcome = launcher.run("apply", "--json", cwd=half.home)
        assert (outcome.code, outcome.document["actions"]) == (0, [])
        (finding,) = [each for each in outcome.document["findings"] if each["code"] == "opening.untied"]
        assert finding["owner"] == "finance"
        assert "333.31 USD, the invoices without tax" in finding["reason"]
    (work,) = launcher.run("status", "--json", cwd=half.home).document["work"]
    assert (work["bucket"], work["amount"]["amount"]) == ("held", "333.29")
    half.finance.edit_amount(row.id, str(row.body["Line"][0]["Id"]), Decimal("333.31"))
    assert launcher.run("apply", cwd=half.home).code == 0
    assert [made.body["TotalAmt"] for made in half.made()] == [Decimal("333.29")]


def test_an_invoice_that_is_not_there_or_another_clients_is_named(launcher, half):
    other = typed_in(half, "Kestrel Health Inc", "333.30")
    begin(half, f'billed = "333.30"\npercent = "33.33 %"\ninvoices = ["{number(other)}", "NOPE-1"]')
    outcome = launcher.run("apply", "--json", cwd=half.home)
    (finding,) = [each for each in outcome.document["findings"] if each["code"] == "opening.untied"]
    assert f"invoice {number(other)} is not {CLIENT}'s" in finding["reason"]
    assert "there is no invoice NOPE-1" in finding["reason"]
    assert half.made() == []


def test_named_work_is_excluded_and_says_why(launcher, office):
    epic = office.epic("Search", 33.33)
    begin(office, f'works = ["{epic.key}"]')
    assert launcher.run("apply", "--json", cwd=office.home).document["actions"] == []
    (work,) = launcher.run("status", "--json", cwd=office.home).document["work"]
    assert (work["bucket"], office.made()) == ("excluded", [])
    (explained,) = launcher.run("explain", epic.key, "--json", cwd=office.home).document["work"]
    assert explained["code"] == "excluded.opening"
