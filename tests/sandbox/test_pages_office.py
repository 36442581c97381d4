"""Finance by forms beyond sending and paying: estimates, customers, and invoices taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import requests

from sandbox.quickbooks.rules import sales
from sandbox.quickbooks.state import Row
from sandbox.world.generate import build
from sandbox.world.invariants import problems_of
from sandbox.world.running import RunningSandbox

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox(build(7, UNTIL)) as running:
        yield running
        assert problems_of(running.world) == []


@pytest.fixture
def office(sandbox: RunningSandbox) -> str:
    return f"{sandbox.quickbooks_url}/sandbox/company/{sandbox.world.company.realm}"


def post(url: str, **form: str) -> requests.Response:
    return requests.post(url, data=form, timeout=5)


def line(sandbox: RunningSandbox, amount: int) -> dict[str, object]:
    detail = {"ItemRef": sandbox.world.company.rows("Item")[0].reference()}
    return {"DetailType": "SalesItemLineDetail", "Amount": Decimal(amount), "SalesItemLineDetail": detail}


def made(sandbox: RunningSandbox, kind: str, *amounts: int, customer: int = 0) -> Row:
    company = sandbox.world.company
    who = company.rows("Customer")[customer]
    body = {"CustomerRef": who.reference(), "CurrencyRef": who.body["CurrencyRef"]}
    lines = [line(sandbox, amount) for amount in amounts]
    return sales.create(company, kind, body | {"Line": lines})


def test_an_estimate_is_accepted_and_invoiced_in_parts_and_moves_nothing_itself(sandbox, office):
    company = sandbox.world.company
    before = company.books.balances()
    estimate = made(sandbox, "Estimate", 1000, 500)
    here = f"{office}/estimates/{estimate.id}"
    assert "1,500.00 USD" in requests.get(f"{office}/estimates?status=Pending", timeout=5).text
    assert "pill accepted" in post(f"{here}/accept", who="Ann").text
    assert company.books.balances() == before
    first = post(f"{here}/convert", percent="40")
    invoice = company.rows("Invoice")[-1]
    assert first.url == f"{office}/invoices/{invoice.id}?done=convert"
    assert invoice.body["TotalAmt"] == Decimal(600)
    assert company.books.balances() != before
    assert f"estimate {estimate.id}</a>" in first.text
    assert "600.00 USD" in requests.get(here, timeout=5).text
    post(f"{here}/convert", percent="60")
    assert [row.body["TotalAmt"] for row in company.rows("Invoice")[-2:]] == [600, 900]
    assert "pill closed" in requests.get(here, timeout=5).text
    assert post(f"{here}/convert", percent="1").status_code == 409


@pytest.mark.parametrize("percent", ["", "0", "101", "NaN", "-5", "33.333"])
def test_a_share_that_is_none_makes_no_invoice(sandbox, office, percent):
    count = len(sandbox.world.company.rows("Invoice"))
    here = f"{office}/estimates/{made(sandbox, 'Estimate', 1000).id}"
    assert post(f"{here}/convert", percent=percent).status_code == 409
    assert len(sandbox.world.company.rows("Invoice")) == count


def test_an_estimate_is_rejected_and_taken_up_again(sandbox, office):
    here = f"{office}/estimates/{made(sandbox, 'Estimate', 1000).id}"
    rejected = post(f"{here}/reject").text
    assert ("pill rejected" in rejected, "/convert" in rejected) == (True, False)
    assert "pill pending" in post(f"{here}/pending").text


def test_a_line_is_billed_apart_added_and_taken_off(sandbox, office):
    company = sandbox.world.company
    invoice = made(sandbox, "Invoice", 100, 50)
    here = f"{office}/invoices/{invoice.id}"
    apart = post(f"{here}/split", line="2")
    new = company.rows("Invoice")[-1]
    assert apart.url == f"{office}/invoices/{new.id}?done=split"
    assert (invoice.body["TotalAmt"], new.body["TotalAmt"]) == (100, 50)
    assert "25.00 USD" in post(f"{here}/add", text="Travel", amount="25").text
    added = next(line for line in invoice.body["Line"] if line.get("Description") == "Travel")
    assert added["SalesItemLineDetail"]["ItemRef"]["value"] == company.rows("Item")[0].id
    post(f"{here}/unline", line=added["Id"])
    assert invoice.body["TotalAmt"] == 100


def test_the_last_line_cannot_be_taken_off_and_a_lost_one_is_said(sandbox, office):
    invoice = made(sandbox, "Invoice", 100)
    here = f"{office}/invoices/{invoice.id}"
    assert f"{invoice.id}/split" not in requests.get(here, timeout=5).text
    for act in ("split", "unline"):
        assert post(f"{here}/{act}", line="9").status_code == 409
    assert invoice.body["TotalAmt"] == 100


def test_an_invoice_is_credited_and_owes_nothing_any_more(sandbox, office):
    invoice = made(sandbox, "Invoice", 100)
    here = f"{office}/invoices/{invoice.id}"
    assert "pill part-paid" in post(f"{here}/credit", amount="40").text
    assert "pill paid" in post(f"{here}/credit", amount="60").text
    assert len(sandbox.world.company.rows("CreditMemo")) == 2


def test_what_is_for_good_needs_a_form_that_says_so(sandbox, office):
    company = sandbox.world.company
    invoice = made(sandbox, "Invoice", 100)
    one, other = (row.id for row in company.rows("Customer")[:2])
    for path, form in (
        (f"invoices/{invoice.id}/void", {}),
        (f"invoices/{invoice.id}/delete", {"sure": "no"}),
        (f"customers/{one}/merge", {"into": other}),
    ):
        assert post(f"{office}/{path}", **form).status_code == 409
    assert invoice.body["TotalAmt"] == 100
    assert company.find("Customer", one) is not None


def test_a_customer_is_renamed_made_inactive_and_active_again(sandbox, office):
    customer = sandbox.world.company.rows("Customer")[0]
    here = f"{office}/customers/{customer.id}"
    assert "Harbor Ltd" in post(f"{here}/rename", name="Harbor Ltd").text
    inactive = post(f"{here}/disable").text
    assert ("pill inactive" in inactive, customer.body["Active"]) == (True, False)
    assert "Harbor Ltd (deleted)" in requests.get(f"{office}/customers", timeout=5).text
    assert "pill active" in post(f"{here}/enable").text
    assert customer.body["DisplayName"] == "Harbor Ltd"


def test_two_customers_become_one_with_the_invoices_of_both(sandbox, office):
    company = sandbox.world.company
    same = [row for row in company.rows("Customer") if row.body["CurrencyRef"]["value"] == "USD"]
    kept, gone = same[0], same[1]
    invoice = made(sandbox, "Invoice", 100, customer=company.rows("Customer").index(gone))
    merged = post(f"{office}/customers/{gone.id}/merge", into=kept.id, sure="yes")
    assert merged.url == f"{office}/customers/{kept.id}?done=merge"
    assert invoice.body["CustomerRef"]["value"] == kept.id
    assert f"/invoices/{invoice.id}" in merged.text
    assert requests.get(f"{office}/customers/{gone.id}", timeout=5).status_code == 404


def test_customers_of_two_currencies_stay_two(sandbox, office):
    company = sandbox.world.company
    dollar, euro = (
        next(row for row in company.rows("Customer") if row.body["CurrencyRef"]["value"] == code)
        for code in ("USD", "EUR")
    )
    answer = post(f"{office}/customers/{dollar.id}/merge", into=euro.id, sure="yes")
    assert (answer.status_code, "currencies" in answer.text) == (409, True)


def test_the_page_of_consent_says_what_it_is_and_lets_refuse(sandbox, office):
    sandbox.world.quickbooks.behaviour.consent = "page"
    asked = {
        "client_id": sandbox.world.quickbooks.tokens.client_id,
        "response_type": "code",
        "redirect_uri": "http://127.0.0.1:9/back?<x>",
        "state": '"><script>',
    }
    url = f"{sandbox.quickbooks_url}/connect/oauth2"
    page = requests.get(url, params=asked, timeout=5)
    assert "This is a sandbox of QuickBooks" in page.text
    assert "<script" not in page.text
    back = requests.post(url, params=asked, data={"decision": "cancel"}, timeout=5, allow_redirects=False)
    assert "error=access_denied" in back.headers["Location"]
    lost = requests.get(f"{sandbox.quickbooks_url}/nowhere", timeout=5)
    assert (lost.status_code, "sandbox" in lost.text) == (404, True)
